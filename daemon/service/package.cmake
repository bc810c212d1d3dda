# What is installed beside the program, and the Debian package of it: `cpack`, or `./dev package`.
include(GNUInstallDirs)
set(service ${PROJECT_SOURCE_DIR}/daemon/service)
set(made ${PROJECT_BINARY_DIR}/package)
set(doc ${CMAKE_INSTALL_DATADIR}/doc/curfew)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME curfew)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "curfew maintainers <maintainers@curfew.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "enforce one policy on the SMB sessions of a fleet of file servers")
set(CPACK_PACKAGE_DESCRIPTION "curfew asks every file server, Windows or Samba, who is connected, and
ends the sessions that a policy in YAML says must go: by user, client,
server, idle time, open files and hours. It never ends a session that the
policy, read strictly, would have kept; what a server does not report is
unknown and ends nothing.
.
The service is not started before an administrator has named a server; the
configuration that comes with it only observes.")
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "gss-ntlmssp, krb5-config")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "bash-completion, krb5-user")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${service}/debian/conffiles ${service}/debian/postinst
    ${service}/debian/prerm ${service}/debian/postrm)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
    WORLD_READ WORLD_EXECUTE)
# The package holds the program, and nothing else has to be built for it.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
include(CPack)

# gzip without a name and a time in it: the same sources, the same package.
find_program(GZIP gzip REQUIRED)
function(install_compressed source destination name)
    set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
    file(MAKE_DIRECTORY ${made})
    execute_process(COMMAND ${GZIP} -9nc ${source} OUTPUT_FILE ${made}/${name}.gz COMMAND_ERROR_IS_FATAL ANY)
    install(FILES ${made}/${name}.gz DESTINATION ${destination})
endfunction()

set(CURFEW_DEBIAN_VERSION ${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})
configure_file(${service}/debian/changelog.in ${made}/changelog.Debian @ONLY)
install_compressed(${made}/changelog.Debian ${doc} changelog.Debian)
install_compressed(${PROJECT_SOURCE_DIR}/CHANGELOG.md ${doc} changelog)
install_compressed(${service}/man/curfew.8 ${CMAKE_INSTALL_MANDIR}/man8 curfew.8)
install_compressed(${service}/man/curfew.yaml.5 ${CMAKE_INSTALL_MANDIR}/man5 curfew.yaml.5)

install(FILES ${service}/etc/curfew.yaml DESTINATION /etc/curfew)
install(DIRECTORY DESTINATION /etc/curfew/secrets DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
install(FILES ${service}/systemd/curfew.service DESTINATION lib/systemd/system)
install(FILES ${service}/systemd/curfew.sysusers DESTINATION lib/sysusers.d RENAME curfew.conf)
install(FILES ${service}/completion/curfew.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        RENAME curfew)
install(FILES ${service}/debian/copyright ${PROJECT_SOURCE_DIR}/config/LANGUAGE.md
              ${PROJECT_SOURCE_DIR}/daemon/log/EVENTS.md DESTINATION ${doc})
install(FILES ${PROJECT_SOURCE_DIR}/README.md DESTINATION ${doc})
install(FILES ${service}/debian/lintian-overrides DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides RENAME curfew)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/config/examples/ DESTINATION ${doc}/examples)
