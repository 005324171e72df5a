// A JavaScript exception that passes through WebAssembly leaves the stack pointer where it was. Each error would cost some of the
// stack, until none is left and the module fails for good; so whatever embind calls puts it back.
addToLibrary({
  restore_stack_after_errors__deps: ["$embind__requireFunction", "$stackSave", "$stackRestore"],
  restore_stack_after_errors__postset: "_restore_stack_after_errors();",
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
