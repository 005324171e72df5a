# What `cmake --install` installs: the library, the headers but for those of kernels, families and details, and what find_package(heed)
# and pkg-config read.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/heed)
install(TARGETS heed EXPORT heed-targets)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/cpp/heed TYPE INCLUDE FILES_MATCHING PATTERN "*.h" PATTERN kernels EXCLUDE
        PATTERN detail EXCLUDE PATTERN families EXCLUDE)
install(EXPORT heed-targets NAMESPACE heed:: DESTINATION ${package_folder})

file(CONFIGURE OUTPUT heed-config.cmake CONTENT [[
include(CMakeFindDependencyMacro)
find_dependency(Threads)
include(${CMAKE_CURRENT_LIST_DIR}/heed-targets.cmake)
]] @ONLY)
# Before 1.0, a minor version may change what is promised.
write_basic_package_version_file(heed-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/heed-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/heed-config-version.cmake
        DESTINATION ${package_folder})

file(CONFIGURE OUTPUT heed.pc CONTENT [[
prefix=@CMAKE_INSTALL_PREFIX@
libdir=${prefix}/@CMAKE_INSTALL_LIBDIR@
includedir=${prefix}/@CMAKE_INSTALL_INCLUDEDIR@

Name: heed
Description: @PROJECT_DESCRIPTION@
Version: @PROJECT_VERSION@
Cflags: -I${includedir}
Libs: -L${libdir} -lheed
Libs.private: -pthread
]] @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/heed.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
