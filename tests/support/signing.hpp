#pragma once

// Keys and tokens as Firebase has them, made by OpenSSL.

#include "net/tokens/base64url.hpp"
#include "net/tokens/signing_keys.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace hansom {

/// A key pair whose public half is published in a certificate.
class KeyPair {
 public:
  explicit KeyPair(EVP_PKEY* key) : key_(key, EVP_PKEY_free) {
    if (!key) throw std::runtime_error("OpenSSL made no key");
  }
  static KeyPair rsa(unsigned bits = 2048) { return KeyPair(EVP_RSA_gen(bits)); }
  static KeyPair elliptic() { return KeyPair(EVP_EC_gen("P-256")); }

  std::string certificate() const {
    const std::unique_ptr<X509, void (*)(X509*)> certificate(X509_new(), X509_free);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key_.get());
    if (X509_sign(certificate.get(), key_.get(), EVP_sha256()) == 0) {
      throw std::runtime_error("OpenSSL signed no certificate");
    }
    return written([&](BIO* out) { return PEM_write_bio_X509(out, certificate.get()); });
  }

  std::string public_pem() const {
    return written([&](BIO* out) { return PEM_write_bio_PUBKEY(out, key_.get()); });
  }
  std::string public_der() const {
    return written([&](BIO* out) { return i2d_PUBKEY_bio(out, key_.get()); });
  }

  /// PKCS #1 v1.5 unless `padding` says otherwise.
  std::string sign(std::string_view text, const EVP_MD* hash = EVP_sha256(),
                   int padding = RSA_PKCS1_PADDING) const {
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> digest(EVP_MD_CTX_new(),
                                                                    EVP_MD_CTX_free);
    EVP_PKEY_CTX* options = nullptr;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t length = EVP_PKEY_get_size(key_.get());
    std::string signature(length, '\0');
    if (EVP_DigestSignInit(digest.get(), &options, hash, nullptr, key_.get()) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(options, padding) != 1 ||
        EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                       bytes, text.size()) != 1) {
      throw std::runtime_error("OpenSSL signed nothing");
    }
    signature.resize(length);
    return signature;
  }

 private:
  static std::string written(auto write) {
    const std::unique_ptr<BIO, void (*)(BIO*)> out(BIO_new(BIO_s_mem()), BIO_free_all);
    if (write(out.get()) != 1) throw std::runtime_error("OpenSSL wrote nothing");
    char* bytes = nullptr;
    const auto length = BIO_get_mem_data(out.get(), &bytes);
    return {bytes, static_cast<std::size_t>(length)};
  }

  std::shared_ptr<EVP_PKEY> key_;
};

/// Two keys, made once, as that takes a while.
inline const KeyPair& first_key() {
  static const auto key = KeyPair::rsa();
  return key;
}
inline const KeyPair& second_key() {
  static const auto key = KeyPair::rsa();
  return key;
}

/// What of a token is signed.
inline std::string signed_part(std::string_view header, std::string_view claims) {
  return net::encode_base64url(header) + "." + net::encode_base64url(claims);
}

}  // namespace hansom
