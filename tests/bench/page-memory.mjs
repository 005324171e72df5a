import { readdirSync, readFileSync } from "node:fs";

/** The most that the browser's processes of pages take, beyond what they took at first; Linux only. */
export function watchMemory(browserPid) {
  const before = pagesMemory(browserPid);
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, pagesMemory(browserPid));
  }, 20);
  return {
    stop: () => {
      clearInterval(timer);
      return most - before;
    },
  };
}

function pagesMemory(browserPid) {
  const statuses = readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        const [, parent] = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
        return [{ pid: Number(pid), parent: Number(parent), isPage: command.includes("--type=renderer") }];
      } catch {
        return [];
      }
    });
  const ours = new Set([browserPid]);
  for (let size = 0; size < ours.size; ) {
    size = ours.size;
    for (const { pid, parent } of statuses) if (ours.has(parent)) ours.add(pid);
  }
  return statuses
    .filter(({ pid, isPage }) => isPage && ours.has(pid))
    .reduce((sum, { pid }) => {
      try {
        const status = readFileSync(`/proc/${pid}/status`, "utf8");
        // Engines keep a WebAssembly memory in pages of either kind.
        const kilobytes = [/^RssAnon:\s+(\d+)/m, /^RssShmem:\s+(\d+)/m].map((line) =>
          Number(line.exec(status)?.[1] ?? 0),
        );
        return sum + 1024 * kilobytes.reduce((total, size) => total + size);
      } catch {
        return sum;
      }
    }, 0);
}
