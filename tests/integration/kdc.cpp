#include "tests/integration/kdc.hpp"

#include <csignal>
#include <stdexcept>
#include <utility>

#include "tests/integration/free_port.hpp"

namespace curfew::testing {
namespace {

std::string krb5_conf(const std::string& realm, const TempDir& dir, std::uint16_t port) {
    const std::string kdc = "127.0.0.1:" + std::to_string(port);
    // Nothing asked of DNS, nothing guessed from it: localhost stays localhost.
    return "[libdefaults]\n"
           "default_realm = " +
           realm +
           "\n"
           "dns_lookup_kdc = false\n"
           "dns_lookup_realm = false\n"
           "rdns = false\n"
           "dns_canonicalize_hostname = false\n"
           "dns_uri_lookup = false\n"
           "forwardable = true\n"
           "udp_preference_limit = 1\n"
           "default_ccache_name = FILE:" +
           (dir / "default.ccache").string() +
           "\n"
           "[realms]\n" +
           realm +
           " = {\n"
           "kdc = " +
           kdc +
           "\n"
           "}\n"
           "[domain_realm]\n"
           "localhost = " +
           realm +
           "\n"
           "127.0.0.1 = " +
           realm +
           "\n"
           "[logging]\n"
           "kdc = FILE:" +
           (dir / "kdc.log").string() +
           "\n"
           "admin_server = FILE:" +
           (dir / "kadmin.log").string() +
           "\n"
           "default = FILE:" +
           (dir / "krb5.log").string() + "\n";
}

std::string kdc_conf(const std::string& realm, const TempDir& dir, std::uint16_t port) {
    const std::string listen = "127.0.0.1:" + std::to_string(port) + "\n";
    // No PAC: it would need a domain's SIDs, and smbd believes what it says about groups.
    return "[kdcdefaults]\n"
           "kdc_listen = " +
           listen + "kdc_tcp_listen = " + listen + "[realms]\n" + realm +
           " = {\n"
           "database_name = " +
           (dir / "principal").string() +
           "\n"
           "key_stash_file = " +
           (dir / "stash").string() +
           "\n"
           "acl_file = " +
           (dir / "kadm5.acl").string() +
           "\n"
           "supported_enctypes = aes256-cts-hmac-sha1-96:normal aes128-cts-hmac-sha1-96:normal\n"
           "disable_pac = true\n"
           "}\n";
}

}  // namespace

Kdc::Kdc(std::string realm)
    : realm_(std::move(realm)), guard_(dir_.path(), "KRB5_KDC_PROFILE=" + (dir_ / "kdc.conf").string()) {
    for (int attempt = 0; attempt < 5; ++attempt) {
        port_ = free_port(true);
        dir_.write("krb5.conf", krb5_conf(realm_, dir_, port_), 0644);
        dir_.write("kdc.conf", kdc_conf(realm_, dir_, port_));
        if (attempt == 0)
            run_or_throw({"kdb5_util", "-r", realm_, "-P", "master", "create", "-s"}, admin_env());
        SpawnOptions how;
        how.env = admin_env();
        how.output = dir_ / "kdc.out";
        krb5kdc_ = ChildProcess({"krb5kdc", "-n", "-r", realm_, "-P", dir_ / "kdc.pid"}, how);
        eventually([this] { return !krb5kdc_.running() || accepts_connections(port_); });
        if (krb5kdc_.running()) return;
    }
    throw std::runtime_error("krb5kdc did not start\n" + read_file(dir_ / "kdc.out") +
                             read_file(dir_ / "kdc.log"));
}

Kdc::~Kdc() {
    stop();
}

std::vector<std::string> Kdc::env() const {
    return {"KRB5_CONFIG=" + config_path().string(), "KRB5RCACHENAME=none:", "KRB5CCNAME", "KRB5_KTNAME"};
}

std::vector<std::string> Kdc::admin_env() const {
    auto result = env();
    result.push_back("KRB5_KDC_PROFILE=" + (dir_ / "kdc.conf").string());
    return result;
}

// kadmin.local ends with 0 whatever happened; what went wrong it says on stderr.
void Kdc::administer(const std::string& commands) {
    const auto result = run_or_throw({"kadmin.local", "-r", realm_}, admin_env(), commands + "quit\n");
    for (const char* failure : {"while ", "usage:", "Unknown request"})
        if (result.err.find(failure) != std::string::npos)
            throw std::runtime_error("kadmin.local\n" + result.out + result.err);
}

void Kdc::add_principal(const std::string& name, const std::string& password) {
    // The password twice on stdin, where kadmin asks for it: not on a command line.
    administer("addprinc " + name + "\n" + password + "\n" + password + "\n");
}

std::filesystem::path Kdc::make_keytab(const std::string& file, const std::vector<std::string>& principals) {
    const auto keytab = dir_ / file;
    for (const auto& principal : principals)
        administer("addprinc -randkey " + principal + "\nktadd -k " + keytab.string() + " " + principal +
                   "\n");
    return keytab;
}

std::filesystem::path Kdc::kinit(const std::string& name, const std::string& password) {
    const auto cache = new_cache();
    run_or_throw({"kinit", "-c", cache, name + "@" + realm_}, env(), password + "\n");
    return cache;
}

std::filesystem::path Kdc::kinit_keytab(const std::string& name, const std::filesystem::path& keytab) {
    const auto cache = new_cache();
    run_or_throw({"kinit", "-c", cache, "-k", "-t", keytab, name + "@" + realm_}, env());
    return cache;
}

void Kdc::fetch_ticket(const std::filesystem::path& cache, const std::string& service) {
    run_or_throw({"kvno", "-q", "-c", cache, service}, env());
}

std::filesystem::path Kdc::new_cache() {
    return dir_ / ("ccache-" + std::to_string(++caches_));
}

void Kdc::pause() {
    krb5kdc_.signal(SIGSTOP);
}
void Kdc::resume() {
    krb5kdc_.signal(SIGCONT);
}
void Kdc::stop() {
    krb5kdc_.stop();
    guard_.dismiss();
}

}  // namespace curfew::testing
