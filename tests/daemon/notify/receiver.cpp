#include "tests/daemon/notify/receiver.hpp"

#include <chrono>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

namespace curfew::daemon::fake {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

template <class T, void (*release)(T*)> struct Released {
    void operator()(T* object) const { release(object); }
};
template <class T, void (*release)(T*)> using Owned = std::unique_ptr<T, Released<T, release>>;

void release_bio(BIO* bio) {
    BIO_free(bio);
}
using Bio = Owned<BIO, release_bio>;

std::string text_of(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace

Certificate certificate_for(const std::string& dns_name) {
    const Owned<EVP_PKEY, EVP_PKEY_free> key{EVP_EC_gen("P-256")};
    const Owned<X509, X509_free> made{X509_new()};
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 86'400);
    X509_set_pubkey(made.get(), key.get());
    auto* name = X509_get_subject_name(made.get());
    const auto* text = reinterpret_cast<const unsigned char*>(dns_name.c_str());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0);
    X509_set_issuer_name(made.get(), name);
    const Owned<X509_EXTENSION, X509_EXTENSION_free> names{
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("DNS:" + dns_name).c_str())};
    X509_add_ext(made.get(), names.get(), -1);
    X509_sign(made.get(), key.get(), EVP_sha256());
    const Bio certificate{BIO_new(BIO_s_mem())};
    PEM_write_bio_X509(certificate.get(), made.get());
    const Bio secret{BIO_new(BIO_s_mem())};
    PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return {text_of(certificate.get()), text_of(secret.get())};
}

std::string Receiver::Request::header(const std::string& name) const {
    const auto begin = head.find("\r\n" + name + ": ");
    if (begin == std::string::npos) return {};
    const auto value = begin + 2 + name.size() + 2;
    return head.substr(value, head.find("\r\n", value) - value);
}

Receiver::Receiver(std::optional<Certificate> certificate)
    : certificate_(std::move(certificate)),
      acceptor_(context_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}),
      port_(acceptor_.local_endpoint().port()),
      thread_([this] { run(); }) {}

Receiver::~Receiver() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    tcp::socket last{context_};
    boost::system::error_code error;
    last.connect(tcp::endpoint{asio::ip::address_v4::loopback(), port_}, error);
    last.close();
    thread_.join();
}

void Receiver::then(Does does) {
    const std::lock_guard lock{mutex_};
    script_.push_back(std::move(does));
}

bool Receiver::wait_for(std::size_t requests) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{30}, [&] { return requests_.size() >= requests; });
}

std::vector<Receiver::Request> Receiver::requests() const {
    const std::lock_guard lock{mutex_};
    return requests_;
}

void Receiver::run() {
    std::vector<tcp::socket> hanging;
    while (true) {
        auto socket = acceptor_.accept();
        {
            const std::lock_guard lock{mutex_};
            if (stopping_) return;
        }
        boost::system::error_code error;
        if (!certificate_) {
            if (talk(socket)) hanging.push_back(std::move(socket));
            continue;
        }
        asio::ssl::context tls{asio::ssl::context::tls_server};
        tls.use_certificate_chain(asio::buffer(certificate_->certificate));
        tls.use_private_key(asio::buffer(certificate_->key), asio::ssl::context::pem);
        asio::ssl::stream<tcp::socket&> stream{socket, tls};
        stream.handshake(asio::ssl::stream_base::server, error);
        const bool hangs = !error && talk(stream);
        if (hangs) hanging.push_back(std::move(socket));
    }
}

// True where the other end is to be left hanging.
template <class Stream> bool Receiver::talk(Stream& stream) {
    Does does;
    {
        const std::lock_guard lock{mutex_};
        if (!script_.empty()) {
            does = std::move(script_.front());
            script_.pop_front();
        }
    }
    Request request;
    boost::system::error_code error;
    if (does.reads) {
        std::string text;
        const auto head = asio::read_until(stream, asio::dynamic_buffer(text), "\r\n\r\n", error);
        if (error) return false;
        request.head = text.substr(0, head);
        request.body = text.substr(head);
        const auto size = static_cast<std::size_t>(std::stoul(request.header("Content-Length")));
        const auto had = request.body.size();
        request.body.resize(size);
        asio::read(stream, asio::buffer(request.body.data() + had, size - had), error);
        if (error) return false;
    }
    {
        const std::lock_guard lock{mutex_};
        requests_.push_back(std::move(request));
        changed_.notify_all();
    }
    asio::write(stream, asio::buffer(does.answers), error);
    return does.hangs;
}

}  // namespace curfew::daemon::fake
