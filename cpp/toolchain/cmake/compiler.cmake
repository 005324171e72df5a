# The oldest compilers that the tests have passed with; an older one would end in hundreds of lines that don't say so.
foreach(oldest "GNU;12;GCC" "Clang;16;Clang" "AppleClang;15;Apple's Clang")
  list(GET oldest 0 compiler)
  list(GET oldest 1 version)
  list(GET oldest 2 name)
  if(CMAKE_CXX_COMPILER_ID STREQUAL compiler AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS version)
    message(FATAL_ERROR "Heed needs ${name} ${version} or newer; ${CMAKE_CXX_COMPILER} is ${name} ${CMAKE_CXX_COMPILER_VERSION}. "
                        "Name a newer compiler with -DCMAKE_CXX_COMPILER=PROGRAM.")
  endif()
endforeach()
