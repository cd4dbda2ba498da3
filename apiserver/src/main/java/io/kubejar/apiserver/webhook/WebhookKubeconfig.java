package io.kubejar.apiserver.webhook;

import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apiserver.configfile.ConfigFileException;
import io.kubejar.http.Headers;
import io.kubejar.http.pki.KeyMaterial;
import io.kubejar.http.pki.Pem;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a webhook listens and how this server shows itself there, from a kubeconfig file.
public final class WebhookKubeconfig {
  private final JsonObject tree;
  private final Path directory;

  private WebhookKubeconfig(JsonObject tree, Path directory) {
    this.tree = tree;
    this.directory = directory;
  }

  /// @throws ConfigFileException if the file does not say where to go
  public static WebhookTarget target(Path file) {
    try {
      if (!(Yaml.parse(Files.readString(file)) instanceof JsonObject tree)) {
        throw new ConfigFileException(file + " is no kubeconfig");
      }
      var parent = file.toAbsolutePath().getParent();
      return new WebhookKubeconfig(tree, parent == null ? file : parent).target();
    } catch (IOException | JsonFormatException unusable) {
      throw new ConfigFileException(file + ": " + unusable.getMessage());
    }
  }

  private WebhookTarget target() throws IOException {
    var context = named("contexts", tree.text("current-context"), "context");
    var cluster = named("clusters", context.text("cluster"), "cluster");
    var user = named("users", context.text("user"), "user");
    if (cluster.text("server").isEmpty()) {
      throw new ConfigFileException("the kubeconfig's current context has no server");
    }
    var authority = data(cluster, "certificate-authority");
    var material =
        new TlsMaterial(key(user), authority == null ? List.of() : Pem.certificates(authority));
    var token = token(user);
    var headers = token.isEmpty() ? Headers.EMPTY : Headers.of("Authorization", "Bearer " + token);
    return new WebhookTarget.Configured(
        cluster.text("server"), TlsSource.fixed(material), () -> headers);
  }

  private @Nullable KeyMaterial key(JsonObject user) throws IOException {
    var certificate = data(user, "client-certificate");
    var key = data(user, "client-key");
    return certificate == null || key == null ? null : Pem.material(certificate, key);
  }

  private String token(JsonObject user) throws IOException {
    var file = user.text("tokenFile");
    return file.isEmpty() ? user.text("token") : Files.readString(directory.resolve(file)).strip();
  }

  /// PEM that stands in the file itself or in another one; null if it does neither.
  private @Nullable String data(JsonObject part, String name) throws IOException {
    var inside = part.text(name + "-data");
    if (!inside.isEmpty()) {
      return new String(Base64.getMimeDecoder().decode(inside), StandardCharsets.UTF_8);
    }
    var file = part.text(name);
    return file.isEmpty() ? null : Files.readString(directory.resolve(file));
  }

  private JsonObject named(String list, String name, String what) {
    for (JsonValue element : tree.list(list)) {
      if (element instanceof JsonObject entry && entry.text("name").equals(name)) {
        return entry.object(what);
      }
    }
    return JsonObject.EMPTY;
  }
}
