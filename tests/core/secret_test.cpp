#include "core/auth/secret.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/errors/smb_error.hpp"

namespace curfew::testing {
namespace {

using core::checked_secret_path;
using core::read_secret;
using core::Secret;

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string>);

constexpr std::string_view password = "correct horse battery staple";

class SecretFiles : public ::testing::Test {
  protected:
    SecretFiles() {
        std::string pattern = (std::filesystem::temp_directory_path() / "curfew-secret-XXXXXX").string();
        dir_ = ::mkdtemp(pattern.data());
    }
    ~SecretFiles() override {
        ::unsetenv("CREDENTIALS_DIRECTORY");
        std::filesystem::remove_all(dir_);
    }

    std::string file(const std::string& name, std::string_view text, ::mode_t mode = 0600) {
        const auto path = (dir_ / name).string();
        std::ofstream{path, std::ios::binary} << text;
        ::chmod(path.c_str(), mode);
        return path;
    }

    // Refused, in words that name the place, say something, and do not give the secret away.
    static std::string refusal(const std::string& where) {
        const auto secret = read_secret(where);
        EXPECT_FALSE(secret) << where;
        if (secret) return {};
        EXPECT_EQ(secret.error().code, make_error_code(core::SmbError::authentication));
        const auto words = describe(secret.error());
        EXPECT_EQ(words.find("horse"), std::string::npos) << words;
        EXPECT_GT(secret.error().context.size(), 10u);
        return words;
    }

    std::filesystem::path dir_;
};

TEST_F(SecretFiles, AreReadToTheEndOfTheirFirstLine) {
    const std::string line{password};
    for (const auto& text : {line, line + "\n", line + "\r\n", line + "\nanother line\n", line + "\n\n"}) {
        const auto secret = read_secret(file("password", text));
        ASSERT_TRUE(secret) << describe(secret.error());
        EXPECT_EQ(secret->expose(), password);
    }
    EXPECT_EQ(read_secret(file("blanks", " a b \n"))->expose(), " a b ");
    EXPECT_EQ(read_secret(file("unicode", "gr\xC3\xBC\xC3\x9F\n"))->expose(), "gr\xC3\xBC\xC3\x9F");
}

TEST_F(SecretFiles, OfTheirOwnerOnlyAreAccepted) {
    for (const ::mode_t mode : {0600u, 0400u, 0700u})
        EXPECT_TRUE(read_secret(file("password", password, mode))) << std::oct << mode;
}

TEST_F(SecretFiles, ThatOthersCanReadOrChangeAreRefused) {
    for (const ::mode_t mode : {0640u, 0644u, 0666u, 0604u, 0620u, 0602u, 0610u, 0601u, 0777u}) {
        const auto words = refusal(file("password", password, mode));
        EXPECT_NE(words.find("chmod 600"), std::string::npos) << words;
    }
    EXPECT_FALSE(checked_secret_path(file("keytab", password, 0644)));
    EXPECT_EQ(checked_secret_path(file("keytab", password, 0600)).value(), (dir_ / "keytab").string());
}

TEST_F(SecretFiles, OfAnotherUserAreRefused) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
    const auto path = file("password", password);
    ASSERT_EQ(::chown(path.c_str(), 1, 1), 0);
    const auto words = refusal(path);
    EXPECT_NE(words.find("uid 1"), std::string::npos) << words;
    EXPECT_NE(words.find("chown"), std::string::npos) << words;
}

TEST_F(SecretFiles, ThatAreNoFilesAreRefusedWithoutWaiting) {
    refusal(dir_.string());
    refusal("/dev/null");
    const auto fifo = (dir_ / "fifo").string();
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    EXPECT_NE(refusal(fifo).find("not a regular file"), std::string::npos);
    refusal((dir_ / "missing").string());
    refusal("");
}

TEST_F(SecretFiles, ThroughASymbolicLinkAreJudgedByWhatTheyAre) {
    const auto link = (dir_ / "link").string();
    std::filesystem::create_symlink(file("good", password), link);
    EXPECT_EQ(read_secret(link)->expose(), password);
    const auto bad = (dir_ / "bad-link").string();
    std::filesystem::create_symlink(file("bad", password, 0644), bad);
    refusal(bad);
    const auto nowhere = (dir_ / "nowhere").string();
    std::filesystem::create_symlink("/does/not/exist", nowhere);
    refusal(nowhere);
}

TEST_F(SecretFiles, WithoutAPasswordAreRefused) {
    refusal(file("empty", ""));
    refusal(file("blank-line", "\n"));
    refusal(file("second-line", std::string{"\n"} + std::string{password}));
    refusal(file("nul", std::string_view{"correct\0horse\n", 14}));
}

TEST_F(SecretFiles, MayHoldFourKibibytes) {
    EXPECT_EQ(read_secret(file("longest", std::string(4096, 'x')))->expose().size(), 4096u);
    EXPECT_NE(refusal(file("too-long", std::string(4097, 'x'))).find("4 KiB"), std::string::npos);
    refusal(file("endless", std::string{password} + "\n" + std::string(1'000'000, 'x')));
}

TEST_F(SecretFiles, OfTheServiceManagerAreFoundByName) {
    ::unsetenv("CREDENTIALS_DIRECTORY");
    EXPECT_NE(refusal("credential:svc").find("CREDENTIALS_DIRECTORY"), std::string::npos);
    ::setenv("CREDENTIALS_DIRECTORY", dir_.c_str(), 1);
    refusal("credential:svc");
    file("svc", password, 0440);  // what systemd makes
    const auto secret = read_secret("credential:svc");
    ASSERT_TRUE(secret) << describe(secret.error());
    EXPECT_EQ(secret->expose(), password);
    EXPECT_EQ(checked_secret_path("credential:svc").value(), (dir_ / "svc").string());
    for (const ::mode_t mode : {0444u, 0460u, 0462u, 0404u}) {
        file("other", password, mode);
        refusal("credential:other");
    }
}

TEST_F(SecretFiles, OfTheServiceManagerDoNotLeadElsewhere) {
    const auto inner = dir_ / "inner";
    std::filesystem::create_directory(inner);
    file("outside", password);
    ::setenv("CREDENTIALS_DIRECTORY", inner.c_str(), 1);
    for (const auto* where : {"credential:../outside", "credential:", "credential:/etc/shadow",
                              "credential:..", "credential:.", "credential:a/b"}) {
        refusal(where);
    }
}

TEST(Secret, IsGoneWhereItWasMovedFrom) {
    Secret one{std::string{password}};
    const Secret two{std::move(one)};
    EXPECT_EQ(two.expose(), password);
    EXPECT_TRUE(one.expose().empty());  // NOLINT: that is the point
}

}  // namespace
}  // namespace curfew::testing
