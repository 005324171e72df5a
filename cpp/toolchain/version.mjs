/** Whether dotted version `have` is `want` or newer: atLeast("3.1.70", "3.1.69"). */
export function atLeast(have, want) {
  const [a, b] = [have, want].map((version) => version.split(".").map(Number));
  for (let i = 0; i < b.length; i++) if ((a[i] ?? 0) !== b[i]) return (a[i] ?? 0) > b[i];
  return true;
}
