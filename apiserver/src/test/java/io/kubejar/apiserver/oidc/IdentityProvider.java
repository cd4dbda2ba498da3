package io.kubejar.apiserver.oidc;

import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.http.HttpServer;
import io.kubejar.http.ServerOptions;
import io.kubejar.http.pki.CertificateAuthority;
import io.kubejar.http.pki.CertificateSpec;
import io.kubejar.http.pki.Pem;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// An identity provider on HTTPS, with an authority and keys of its own.
public final class IdentityProvider implements AutoCloseable {
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

  private final CertificateAuthority authority =
      CertificateAuthority.create("identities", new RealClock());
  private final HttpServer server;
  private final AtomicInteger keyFetches = new AtomicInteger();
  private volatile KeyPair keys = newKeys();
  private volatile String keyId = "first";

  public IdentityProvider() throws IOException {
    var loopback = List.of(InetAddress.getLoopbackAddress());
    var certificate =
        authority.issue(CertificateSpec.server("identities", List.of("localhost"), loopback));
    var tls = TlsSource.fixed(new TlsMaterial(certificate, List.of()));
    server =
        HttpServer.start(
            ServerOptions.https(ServerOptions.loopback(0), tls),
            exchange -> {
              switch (exchange.rawPath()) {
                case "/.well-known/openid-configuration" ->
                    exchange.reply(
                        200,
                        "application/json",
                        "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\"}".formatted(url(), url()));
                case "/keys" -> {
                  keyFetches.incrementAndGet();
                  exchange.reply(200, "application/json", "{\"keys\":[" + jwk() + "]}");
                }
                default -> exchange.reply(404, "text/plain", "nothing here");
              }
            });
  }

  public String url() {
    return "https://127.0.0.1:" + server.address().getPort();
  }

  /// PEM of who vouches for this provider, indented for YAML.
  public String authorityForYaml(String indent) {
    return Pem.encode(List.of(authority.material().leaf()))
        .stripTrailing()
        .indent(0)
        .replaceAll("(?m)^", indent);
  }

  public int keyFetches() {
    return keyFetches.get();
  }

  /// From now on, tokens are signed with another key.
  public void changeKeys(String id) {
    keys = newKeys();
    keyId = id;
  }

  /// A token with these claims, as JSON.
  public String token(String claims) {
    return signed("{\"alg\":\"RS256\",\"kid\":\"" + keyId + "\"}", claims);
  }

  public String signed(String header, String claims) {
    var content = encode(header) + "." + encode(claims);
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(keys.getPrivate());
      signature.update(content.getBytes(StandardCharsets.US_ASCII));
      return content + "." + URL.encodeToString(signature.sign());
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private String jwk() {
    var key = (RSAPublicKey) keys.getPublic();
    return "{\"kty\":\"RSA\",\"use\":\"sig\",\"kid\":\"%s\",\"n\":\"%s\",\"e\":\"%s\"}"
        .formatted(keyId, number(key.getModulus()), number(key.getPublicExponent()));
  }

  private static String number(BigInteger number) {
    return URL.encodeToString(number.toByteArray());
  }

  private static String encode(String text) {
    return URL.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static KeyPair newKeys() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
