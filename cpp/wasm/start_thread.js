// Emscripten would start the workers of threads from the module's own script, by an address that bundlers follow into a circle.
// The one who loads the module starts them instead, as `startThread`.
LibraryManager.library.$PThread.allocateUnusedWorker = () => {
  PThread.unusedWorkers.push(Module.startThread());
};

// Nothing wakes the caller's thread. What would wait for that, a promise that engines keep until it is resolved, would keep the module's
// memory after its model is closed.
addToLibrary({ _emscripten_thread_mailbox_await: (_thread) => {} });
