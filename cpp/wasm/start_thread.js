// Emscripten would start the workers of threads from the module's own script, by an address that bundlers follow into a circle.
// The one who loads the module starts them instead, as `startThread`.
LibraryManager.library.$PThread.allocateUnusedWorker = () => {
  PThread.unusedWorkers.push(Module.startThread());
};
