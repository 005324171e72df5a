# The kernels: one source, compiled once per instruction set; heed::kernels::available() picks by what the processor has.
set(kernels ${PROJECT_SOURCE_DIR}/cpp/heed/kernels)
file(GLOB kernel_versions ${kernels}/attention_*.cpp)
set_source_files_properties(${kernel_versions} PROPERTIES COMPILE_OPTIONS "-O3;-ffp-contract=fast")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64" AND NOT EMSCRIPTEN)
  set_property(SOURCE ${kernels}/attention_sse4.cpp APPEND PROPERTY COMPILE_OPTIONS -msse4.1)
  set_property(SOURCE ${kernels}/attention_avx2.cpp APPEND PROPERTY COMPILE_OPTIONS -mavx2 -mfma)
  set_property(SOURCE ${kernels}/attention_avx512.cpp APPEND PROPERTY COMPILE_OPTIONS -mavx512f -mfma)
endif()
