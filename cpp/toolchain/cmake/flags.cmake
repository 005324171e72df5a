# Options for compiling and linking everything that is ours.
add_library(heed_flags INTERFACE)
target_compile_options(heed_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
                                            $<$<BOOL:${HEED_WERROR}>:-Werror>)

# Eigen's asserts stay out of optimised builds; the core validates at its public functions.
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -DNDEBUG")

if(HEED_SANITIZE)
  set(sanitizers -fsanitize=${HEED_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_compile_options(heed_flags INTERFACE ${sanitizers})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # It takes half the time of -O1 -g; an error still names its line. GCC sees uninitialised variables that aren't there in what
    # the sanitizers add.
    set(CMAKE_CXX_FLAGS_DEBUG "")
    target_compile_options(heed_flags INTERFACE -Og -g1 -Wno-maybe-uninitialized)
  else()
    target_compile_options(heed_flags INTERFACE -O1 -g)
  endif()
  target_link_options(heed_flags INTERFACE ${sanitizers})
endif()

if(EMSCRIPTEN)
  # Every visitor downloads it.
  set(CMAKE_CXX_FLAGS_RELEASE "-Oz -DNDEBUG")
  # -msse4.1 maps Eigen's SSE code to WebAssembly SIMD.
  target_compile_options(heed_flags INTERFACE -fwasm-exceptions -mbulk-memory -msimd128 -msse4.1)
  target_link_options(heed_flags INTERFACE -fwasm-exceptions -mbulk-memory -msimd128 -sALLOW_MEMORY_GROWTH)
  if(HEED_WASM_THREADS)
    # Shared memory is part of how everything is compiled, so these modules have a build folder of their own.
    target_compile_options(heed_flags INTERFACE -pthread)
    # JavaScript's views of shared memory are made anew as it grows, which costs what crosses them only.
    target_link_options(heed_flags INTERFACE -pthread -Wno-pthreads-mem-growth)
  endif()
  if(HEED_SANITIZE)
    # The address sanitizer sets an eighth of what there may be aside from the start.
    target_link_options(heed_flags INTERFACE -sMAXIMUM_MEMORY=1GB)
  else()
    target_link_options(heed_flags INTERFACE -sMAXIMUM_MEMORY=4GB)
  endif()
endif()
