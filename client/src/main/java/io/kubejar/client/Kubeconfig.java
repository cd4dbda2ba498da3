package io.kubejar.client;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.http.pki.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// A file of clusters, users, and contexts that join one of each.
///
/// It is a tree, so that what other tools keep in it survives. Immutable: each change gives a new
/// one.
///
/// @param directory what relative paths inside it start from
public record Kubeconfig(JsonObject tree, Path directory) {
  private static final String CLUSTERS = "clusters";
  private static final String USERS = "users";
  private static final String CONTEXTS = "contexts";
  private static final String CURRENT = "current-context";

  /// A config without clusters.
  public static Kubeconfig empty() {
    var tree =
        JsonObject.EMPTY
            .with("apiVersion", new JsonString("v1"))
            .with("kind", new JsonString("Config"))
            .with("preferences", JsonObject.EMPTY)
            .with(CLUSTERS, JsonArray.EMPTY)
            .with(USERS, JsonArray.EMPTY)
            .with(CONTEXTS, JsonArray.EMPTY)
            .with(CURRENT, JsonString.EMPTY);
    return new Kubeconfig(tree, Path.of(""));
  }

  /// Reads the file; an empty config if there is none.
  ///
  /// @throws IOException if it cannot be read, or is not a kubeconfig
  public static Kubeconfig load(Path file) throws IOException {
    if (!Files.exists(file)) {
      return empty();
    }
    var directory = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of(""));
    try {
      return parse(Files.readString(file), directory);
    } catch (IllegalArgumentException broken) {
      throw new IOException("not a kubeconfig: " + file + ": " + broken.getMessage(), broken);
    }
  }

  /// Reads the text of a file that lies in that directory.
  public static Kubeconfig parse(String text, Path directory) {
    if (text.isBlank()) {
      return new Kubeconfig(empty().tree(), directory);
    }
    if (!(Yaml.parse(text) instanceof JsonObject tree)) {
      throw new IllegalArgumentException("the text is no YAML mapping");
    }
    return new Kubeconfig(tree, directory);
  }

  public String currentContext() {
    return tree.text(CURRENT);
  }

  public Kubeconfig withCurrentContext(String name) {
    return with(CURRENT, new JsonString(name));
  }

  /// Sets a cluster; its authority is kept in the file itself.
  public Kubeconfig withCluster(String name, String server, String authorityPem) {
    var cluster =
        JsonObject.of("certificate-authority-data", base64(authorityPem))
            .with("server", new JsonString(server));
    return with(CLUSTERS, put(CLUSTERS, name, "cluster", cluster));
  }

  public Kubeconfig withCertificateUser(String name, String certificatePem, String keyPem) {
    var user =
        JsonObject.of("client-certificate-data", base64(certificatePem))
            .with("client-key-data", base64(keyPem));
    return with(USERS, put(USERS, name, "user", user));
  }

  public Kubeconfig withTokenUser(String name, String token) {
    return with(USERS, put(USERS, name, "user", JsonObject.of("token", new JsonString(token))));
  }

  public Kubeconfig withContext(String name, String cluster, String user) {
    var context =
        JsonObject.of("cluster", new JsonString(cluster)).with("user", new JsonString(user));
    return with(CONTEXTS, put(CONTEXTS, name, "context", context));
  }

  /// This one with everything of the other added or replaced, name by name. The current context
  /// stays, if it is set.
  public Kubeconfig merge(Kubeconfig other) {
    var merged = this;
    for (var kind : List.of(CLUSTERS, USERS, CONTEXTS)) {
      for (var entry : other.tree.list(kind)) {
        if (entry instanceof JsonObject named) {
          merged = merged.with(kind, merged.put(kind, named));
        }
      }
    }
    return merged.currentContext().isEmpty()
        ? merged.withCurrentContext(other.currentContext())
        : merged;
  }

  /// Without the context, and without the cluster and the user of the same name.
  public Kubeconfig without(String name) {
    var rest = this;
    for (var kind : List.of(CLUSTERS, USERS, CONTEXTS)) {
      var kept =
          tree.list(kind).stream()
              .filter(entry -> !(entry instanceof JsonObject named && isNamed(named, name)))
              .toList();
      rest = rest.with(kind, new JsonArray(kept));
    }
    return currentContext().equals(name) ? rest.withCurrentContext("") : rest;
  }

  public List<String> contextNames() {
    return tree.list(CONTEXTS).stream()
        .filter(JsonObject.class::isInstance)
        .map(entry -> ((JsonObject) entry).text("name"))
        .toList();
  }

  /// The cluster, user or context of that name.
  Optional<JsonObject> entry(String list, String name, String content) {
    return tree.list(list).stream()
        .filter(entry -> entry instanceof JsonObject named && isNamed(named, name))
        .map(entry -> ((JsonObject) entry).object(content))
        .findFirst();
  }

  /// How to reach and convince the cluster of the current context.
  public ServerAccess access(String userAgent) throws IOException {
    return access(currentContext(), userAgent);
  }

  /// How to reach and convince the cluster of a context.
  public ServerAccess access(String context, String userAgent) throws IOException {
    return KubeconfigAccess.of(this, context, userAgent);
  }

  /// Writes the file in one step, readable by its owner only; a reader sees the old or the new
  /// content.
  public void save(Path file) throws IOException {
    var whole = file.toAbsolutePath();
    var parent = whole.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    // A link stays one: what it points to is replaced.
    Pem.writeSecret(Files.exists(whole) ? whole.toRealPath() : whole, toYaml());
  }

  public String toYaml() {
    return YamlText.of(tree);
  }

  private Kubeconfig with(String field, JsonValue value) {
    return new Kubeconfig(tree.with(field, value), directory);
  }

  private JsonArray put(String list, String name, String content, JsonObject value) {
    return put(list, JsonObject.of(content, value).with("name", new JsonString(name)));
  }

  private JsonArray put(String list, JsonObject named) {
    var entries = new ArrayList<JsonValue>();
    boolean replaced = false;
    for (var entry : tree.list(list)) {
      if (entry instanceof JsonObject known && isNamed(known, named.text("name"))) {
        entries.add(named);
        replaced = true;
      } else {
        entries.add(entry);
      }
    }
    if (!replaced) {
      entries.add(named);
    }
    return new JsonArray(entries);
  }

  private static boolean isNamed(JsonObject entry, String name) {
    return entry.text("name").equals(name);
  }

  private static JsonString base64(String text) {
    return new JsonString(
        Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
  }
}
