/** The program that is a Python with NumPy. */
export function findPython(): Promise<string>;
