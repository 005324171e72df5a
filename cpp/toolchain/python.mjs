import { debianRelease, installPackages } from "./debian.mjs";
import { outputOf, SetupError } from "./process.mjs";

/** A Python that is first in the path may have packages of its own, and Debian's are there beside it. */
const places = ["python3", "/usr/bin/python3"];

const find = () => places.find((python) => outputOf(python, "-c", "import numpy") !== undefined);

/** A Python that has NumPy, which the tests of heed.py need; installed where that is Debian's. */
export async function findPython() {
  const found = find();
  if (found) return found;
  if (debianRelease !== undefined) await installPackages(["python3", "python3-numpy"]);
  const installed = find();
  if (!installed) throw new SetupError("Missing: a python3 with NumPy (pip install numpy)");
  return installed;
}
