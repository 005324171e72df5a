# The kernels: one source, compiled once per instruction set; heed::kernels::available() picks by what the processor has.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64" AND NOT EMSCRIPTEN)
  set(HEED_KERNEL_VERSIONS sse4 avx2 avx512)
else()
  set(HEED_KERNEL_VERSIONS baseline)
endif()
set(HEED_KERNEL_FLAGS_sse4 -msse4.1)
set(HEED_KERNEL_FLAGS_avx2 -mavx2 -mfma -mf16c)
set(HEED_KERNEL_FLAGS_avx512 -mavx512f -mavx512bw -mfma)
foreach(version IN LISTS HEED_KERNEL_VERSIONS)
  set_source_files_properties(${PROJECT_SOURCE_DIR}/cpp/heed/kernels/${version}.cpp PROPERTIES
    COMPILE_OPTIONS "-O3;-ffp-contract=fast;-fno-math-errno;${HEED_KERNEL_FLAGS_${version}}")
endforeach()
