package io.kubejar.standalone.conformance;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// A request for a certificate for `e2e.example.com`, and a certificate that its key signed itself.
/// Nobody has the key any more.
final class SigningRequest {
  private static final String REQUEST =
      """
      -----BEGIN CERTIFICATE REQUEST-----
      MIIBAjCBqQIBADAaMRgwFgYDVQQDDA9lMmUuZXhhbXBsZS5jb20wWTATBgcqhkjO
      PQIBBggqhkjOPQMBBwNCAATSNNQUBAkBNlK+SJLHd4Q5qiiwGCJ7cPA3kCs6uOqt
      s4qP8x8vdiP4eDfuU1kTTbnzxoVvBnXUVilYaUrohxBSoC0wKwYJKoZIhvcNAQkO
      MR4wHDAaBgNVHREEEzARgg9lMmUuZXhhbXBsZS5jb20wCgYIKoZIzj0EAwIDSAAw
      RQIhAN0eemTqH50H6vRVfxV3jn3dw8UB+ymrPXC5EEfSL4ktAiBlKWhu1axOlKyo
      EJYY6mel6DRDtbHqiKc8SqbQf7q2pg==
      -----END CERTIFICATE REQUEST-----
      """;
  private static final String CERTIFICATE =
      """
      -----BEGIN CERTIFICATE-----
      MIIBqDCCAU2gAwIBAgIUPa5sv0q/rNx7VIexaGem+KBIbvUwCgYIKoZIzj0EAwIw
      GjEYMBYGA1UEAwwPZTJlLmV4YW1wbGUuY29tMCAXDTI2MTEyODE4MDgxMFoYDzIx
      MjYxMTA0MTgwODEwWjAaMRgwFgYDVQQDDA9lMmUuZXhhbXBsZS5jb20wWTATBgcq
      hkjOPQIBBggqhkjOPQMBBwNCAATSNNQUBAkBNlK+SJLHd4Q5qiiwGCJ7cPA3kCs6
      uOqts4qP8x8vdiP4eDfuU1kTTbnzxoVvBnXUVilYaUrohxBSo28wbTAdBgNVHQ4E
      FgQUcEGaUZ28xlBVoIOnDcqkDO9cIDcwHwYDVR0jBBgwFoAUcEGaUZ28xlBVoIOn
      DcqkDO9cIDcwDwYDVR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgg9lMmUuZXhhbXBs
      ZS5jb20wCgYIKoZIzj0EAwIDSQAwRgIhAIRPESTY0SAxHbbBX0FqtojM2DrEyvKa
      VeuEZoGrMsqWAiEA3qF0CofJW6ldxudl6jLiTFUDb3ag6Buh5Lif1bD6db0=
      -----END CERTIFICATE-----
      """;

  private SigningRequest() {}

  static String pemInBase64() {
    return Base64.getEncoder().encodeToString(REQUEST.getBytes(StandardCharsets.UTF_8));
  }

  static String certificate() {
    return CERTIFICATE;
  }
}
