package io.kubejar.apiserver.request;

import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.authn.UserInfo;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the stages of one request leave behind for the audit log. Nothing is kept of what no rule
/// wants to see: an object costs its tree only if the request is recorded with its body.
public final class AuditTrail {
  private final AuditAnnotations annotations = new AuditAnnotations();
  private boolean keepsBody;
  private @Nullable JsonValue sent;
  private ObjectMeta metadata = ObjectMeta.EMPTY;
  private @Nullable UserInfo impersonated;

  /// What the log should say beside the facts. Safe for use by many threads.
  public AuditAnnotations annotations() {
    return annotations;
  }

  /// Keep what the client sends from now on.
  public synchronized void keepBody() {
    keepsBody = true;
  }

  /// The client sent this object.
  public synchronized <T> void sent(GroupVersionKind kind, T value, Codec<T> codec) {
    if (value instanceof KubernetesObject object) {
      metadata = object.metadata();
    }
    if (keepsBody) {
      sent = typed(kind, codec.toTree(value));
    }
  }

  /// The client sent this patch.
  public synchronized void patched(JsonValue patch) {
    if (keepsBody) {
      sent = patch;
    }
  }

  /// The request is made in the name of this user.
  public synchronized void impersonated(UserInfo user) {
    impersonated = user;
  }

  public synchronized Optional<JsonValue> sentObject() {
    return Optional.ofNullable(sent);
  }

  /// The metadata of the object that was sent; empty if there was none.
  public synchronized ObjectMeta sentMetadata() {
    return metadata;
  }

  public synchronized Optional<UserInfo> impersonatedUser() {
    return Optional.ofNullable(impersonated);
  }

  private static JsonValue typed(GroupVersionKind kind, JsonValue tree) {
    if (!(tree instanceof JsonObject object) || object.has("kind")) {
      return tree;
    }
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("kind", new JsonString(kind.kind()));
    fields.put("apiVersion", new JsonString(kind.apiVersion()));
    fields.putAll(object.fields());
    return new JsonObject(fields);
  }
}
