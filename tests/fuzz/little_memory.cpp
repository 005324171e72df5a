// A program under the address sanitizer ends where memory does not suffice. Here operator new throws std::bad_alloc first, as it does
// in a browser, so that what a caller does about it is tried too; and no call takes long over memory that nobody meant to have.

#include <emscripten/emscripten.h>
#include <emscripten/stack.h>
#include <sanitizer/asan_interface.h>

#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

constexpr std::size_t kMost = 4 << 20;

void* allocate(std::size_t size, std::size_t alignment) {
  void* memory = nullptr;
  // Unlike aligned_alloc, of any size: a byte beyond the end is noticed.
  if (size > kMost || posix_memalign(&memory, alignment, size) != 0) throw std::bad_alloc();
  return memory;
}

constexpr std::size_t kUsual = alignof(std::max_align_t);

}  // namespace

// Freed memory is kept from reuse for a while, so that it is noticed where it is read; there is less of it than the usual 256 MB. A
// report does not say where the memory was allocated: to note that of every allocation takes most of a call's time in JavaScript.
extern "C" const char* __asan_default_options() { return "quarantine_size_mb=32:detect_leaks=0:malloc_context_size=0"; }

// A JavaScript exception that passes through takes no note of the variables that it ends: the address sanitizer must be told. Those
// below the stack's pointer have told it themselves.
extern "C" EMSCRIPTEN_KEEPALIVE void forget_stack() {
  const auto end = emscripten_stack_get_current();
  __asan_unpoison_memory_region(reinterpret_cast<const void*>(end), emscripten_stack_get_base() - end);
}

void* operator new(std::size_t size) { return allocate(size, kUsual); }
void* operator new[](std::size_t size) { return allocate(size, kUsual); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
