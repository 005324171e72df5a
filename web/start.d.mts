export function serve(port: number): Promise<{ port: number; address: string; stop: () => Promise<void> }>;
export function chosenPort(): number;
