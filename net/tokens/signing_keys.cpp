#include "net/tokens/signing_keys.hpp"

#include "net/dialects/json_reader.hpp"
#include "net/tokens/freed.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace hansom::net {
namespace {

constexpr int rsa_bits_min = 2048;

using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

/// OpenSSL keeps errors per thread, where a later caller could take them for its own.
struct ErrorsForgotten {
  ~ErrorsForgotten() { ERR_clear_error(); }
};

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::optional<RsaKey> RsaKey::from_certificate(std::string_view pem) {
  const ErrorsForgotten after;
  const Bio source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  // The empty password keeps OpenSSL from asking for one on the terminal.
  char no_password[] = "";
  const Certificate certificate(PEM_read_bio_X509(source.get(), nullptr, nullptr, no_password));
  if (!certificate) return std::nullopt;
  std::shared_ptr<EVP_PKEY> key(X509_get_pubkey(certificate.get()), EVP_PKEY_free);
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA ||
      EVP_PKEY_get_bits(key.get()) < rsa_bits_min) {
    return std::nullopt;
  }
  return RsaKey(std::move(key));
}

bool RsaKey::has_signed(std::string_view text, std::string_view signature) const {
  const ErrorsForgotten after;
  const Digest digest(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
         EVP_DigestVerify(digest.get(), bytes(signature), signature.size(), bytes(text),
                          text.size()) == 1;
}

std::expected<SigningKeys, std::string> read_signing_keys(std::string_view json) {
  const auto published = read_json(json);
  if (!published || !published->IsObject()) {
    return std::unexpected("the answer is no JSON object of certificates");
  }
  SigningKeys keys;
  for (const auto& [kid, certificate] : published->GetObject()) {
    if (!certificate.IsString()) continue;
    auto key = RsaKey::from_certificate({certificate.GetString(), certificate.GetStringLength()});
    if (key) keys.emplace(std::string(kid.GetString(), kid.GetStringLength()), std::move(*key));
  }
  if (keys.empty()) return std::unexpected("there is no RSA certificate in the answer");
  return keys;
}

}  // namespace hansom::net
