package io.kubejar.client;

import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.http.pki.Pem;
import io.kubejar.http.tls.TlsContexts;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Makes a [ServerAccess] out of a context of a [Kubeconfig].
final class KubeconfigAccess {
  private final Kubeconfig config;

  private KubeconfigAccess(Kubeconfig config) {
    this.config = config;
  }

  static ServerAccess of(Kubeconfig config, String context, String userAgent) throws IOException {
    return new KubeconfigAccess(config).access(context, userAgent);
  }

  private ServerAccess access(String name, String userAgent) throws IOException {
    if (name.isEmpty()) {
      throw new IOException("the kubeconfig has no current context");
    }
    var context = entry("contexts", name, "context");
    var cluster = entry("clusters", context.text("cluster"), "cluster");
    var userName = context.text("user");
    var user = userName.isEmpty() ? JsonObject.EMPTY : entry("users", userName, "user");
    try {
      var server = URI.create(cluster.text("server"));
      var tls = "https".equals(server.getScheme()) ? tls(cluster, user) : null;
      return ServerAccess.of(server, tls, userAgent).withBearerToken(token(user));
    } catch (IllegalArgumentException broken) {
      throw new IOException("context " + name + ": " + broken.getMessage(), broken);
    }
  }

  private JsonObject entry(String list, String name, String content) throws IOException {
    return config
        .entry(list, name, content)
        .orElseThrow(() -> new IOException("the kubeconfig has no " + content + " named " + name));
  }

  private @Nullable SSLContext tls(JsonObject cluster, JsonObject user) throws IOException {
    if (cluster.get("insecure-skip-tls-verify") instanceof JsonBoolean(var skip) && skip) {
      throw new IllegalArgumentException("insecure-skip-tls-verify is not supported");
    }
    var authority = pem(cluster, "certificate-authority");
    var certificate = pem(user, "client-certificate");
    var key = pem(user, "client-key");
    var material =
        certificate.isPresent() && key.isPresent()
            ? Pem.material(certificate.get(), key.get())
            : null;
    if (authority.isEmpty() && material == null) {
      return null; // The JDK's own trust.
    }
    var trusted =
        authority.isPresent()
            ? Pem.certificates(authority.get())
            : List.<java.security.cert.X509Certificate>of();
    return TlsContexts.context(TlsSource.fixed(new TlsMaterial(material, trusted)));
  }

  /// Inline data wins over a file, as upstream has it.
  private Optional<String> pem(JsonObject from, String field) throws IOException {
    var data = from.text(field + "-data");
    if (!data.isEmpty()) {
      return Optional.of(new String(Base64.getMimeDecoder().decode(data), StandardCharsets.UTF_8));
    }
    var file = from.text(field);
    return file.isEmpty() ? Optional.empty() : Optional.of(Files.readString(path(file)));
  }

  /// A token in a file is read anew for every request: whoever rotates it just replaces the file.
  private Supplier<Optional<String>> token(JsonObject user) {
    var token = user.text("token");
    var file = user.text("tokenFile");
    if (file.isEmpty()) {
      return () -> Optional.of(token).filter(text -> !text.isEmpty());
    }
    var path = path(file);
    return () -> {
      try {
        return Optional.of(Files.readString(path).strip());
      } catch (IOException gone) {
        throw new UncheckedIOException("the token cannot be read: " + path, gone);
      }
    };
  }

  private Path path(String file) {
    return config.directory().resolve(file);
  }
}
