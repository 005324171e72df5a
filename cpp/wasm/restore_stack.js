// A JavaScript exception that passes through WebAssembly leaves the stack pointer where it was. Each error would use up some of
// the stack, until none is left and the module fails for good. So the stack pointer is restored after each call of embind's that throws.
addToLibrary({
  // The build that only writes the TypeScript types has another library in place of embind's.
  restore_stack_after_errors__deps:
    "$embind__requireFunction" in LibraryManager.library
      ? ["$embind__requireFunction", "$stackSave", "$stackRestore"]
      : [],
  restore_stack_after_errors__postset:
    "$embind__requireFunction" in LibraryManager.library ? "_restore_stack_after_errors();" : "",
  restore_stack_after_errors: () => {
    const find = embind__requireFunction;
    embind__requireFunction = (signature, pointer) => {
      const call = find(signature, pointer);
      return (...args) => {
        const stack = stackSave();
        try {
          return call(...args);
        } catch (error) {
          stackRestore(stack);
          throw error;
        }
      };
    };
  },
});
