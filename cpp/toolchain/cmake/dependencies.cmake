# Eigen, nlohmann/json (and Catch2 for the tests): what `npm start` and `npm test` prepared, else what CMake finds on the machine, else fetched.
include(FetchContent)

set(prepared ${PROJECT_SOURCE_DIR}/build/toolchain)
if(PROJECT_IS_TOP_LEVEL)
  include(${prepared}/eigen.cmake OPTIONAL)
  include(${prepared}/json.cmake OPTIONAL)
  include(${prepared}/tests.cmake OPTIONAL)
endif()

# Earlier versions of Eigen don't vectorise for WebAssembly.
find_package(Eigen3 5.0.1...<6 CONFIG QUIET)
if(NOT Eigen3_FOUND)
  FetchContent_Declare(Eigen3 URL https://gitlab.com/libeigen/eigen/-/archive/5.0.1/eigen-5.0.1.tar.gz SOURCE_SUBDIR headers-only)
  FetchContent_MakeAvailable(Eigen3)
  add_library(Eigen3::Eigen INTERFACE IMPORTED)
  target_include_directories(Eigen3::Eigen SYSTEM INTERFACE ${eigen3_SOURCE_DIR})
endif()

find_package(nlohmann_json 3.11.3 CONFIG QUIET)
if(NOT nlohmann_json_FOUND)
  FetchContent_Declare(nlohmann_json URL https://github.com/nlohmann/json/releases/download/v3.11.3/json.tar.xz
                       SOURCE_SUBDIR headers-only)
  FetchContent_MakeAvailable(nlohmann_json)
  add_library(nlohmann_json::nlohmann_json INTERFACE IMPORTED)
  target_include_directories(nlohmann_json::nlohmann_json SYSTEM INTERFACE ${nlohmann_json_SOURCE_DIR}/include)
endif()

if(HEED_TESTS)
  find_package(Catch2 3.7 CONFIG QUIET)
  if(NOT Catch2_FOUND)
    FetchContent_Declare(Catch2 GIT_REPOSITORY https://github.com/catchorg/Catch2.git GIT_TAG v3.7.1 GIT_SHALLOW TRUE SYSTEM)
    FetchContent_MakeAvailable(Catch2)
  endif()
endif()
