package io.kubejar.apiserver.audit;

import io.kubejar.api.authentication.v1.UserInfo;
import io.kubejar.apimachinery.Codecs;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apiserver.authn.TokenRequests;
import io.kubejar.apiserver.request.Request;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All that is known of one request, from which the event of each stage is made. Owned by the
/// request's thread.
final class AuditRecord {
  private static final int USER_AGENT_MAX = 1024;

  private final Request request;
  private final Policy.Verdict verdict;
  private final String id;
  private final Instant received;
  private @Nullable JsonObject status;
  private @Nullable JsonValue answered;

  AuditRecord(Request request, Policy.Verdict verdict, String id, Instant received) {
    this.request = request;
    this.verdict = verdict;
    this.id = id;
    this.received = received;
  }

  String id() {
    return id;
  }

  /// The outcome, of which only the code is known.
  void answered(int code) {
    status = withCode(status == null ? JsonObject.of("metadata", JsonObject.EMPTY) : status, code);
  }

  /// The outcome with its reasons.
  void answered(Status outcome) {
    status = withCode(bounded((JsonObject) Status.CODEC.toTree(outcome)), outcome.code());
    if (verdict.level().includes(Level.REQUEST_RESPONSE)) {
      answered = (JsonObject) Status.CODEC.toTree(outcome);
    }
  }

  /// The outcome with the object that was answered.
  void answered(int code, JsonValue object) {
    boolean isStatus = object instanceof JsonObject it && it.text("kind").equals("Status");
    if (isStatus) {
      status = bounded((JsonObject) object);
    }
    answered(code);
    if (verdict.level().includes(Level.REQUEST_RESPONSE)) {
      answered = object;
    }
  }

  /// What a failed login says.
  void message(String text) {
    status = JsonObject.of("metadata", JsonObject.EMPTY).with("message", new JsonString(text));
  }

  boolean wantsAnswer() {
    return verdict.level().includes(Level.REQUEST_RESPONSE);
  }

  boolean records(Stage stage) {
    return !verdict.omitted().contains(stage);
  }

  JsonObject event(Stage stage, Instant at) {
    var event = new LinkedHashMap<String, JsonValue>();
    event.put("kind", text("Event"));
    event.put("apiVersion", text("audit.k8s.io/v1"));
    event.put("level", text(verdict.level().text()));
    event.put("auditID", text(id));
    event.put("stage", text(stage.text()));
    event.put("requestURI", text(uri()));
    event.put("verb", text(request.info().verb()));
    event.put("user", UserInfo.CODEC.toTree(TokenRequests.toApi(request.user())));
    request
        .trail()
        .impersonatedUser()
        .ifPresent(
            user ->
                event.put("impersonatedUser", UserInfo.CODEC.toTree(TokenRequests.toApi(user))));
    event.put("sourceIPs", texts(SourceAddresses.of(request.exchange())));
    putUnlessEmpty(event, "userAgent", userAgent());
    if (request.info().resourceRequest()) {
      event.put("objectRef", reference());
    }
    if (stage != Stage.REQUEST_RECEIVED) {
      outcome(event);
    }
    event.put("requestReceivedTimestamp", Codecs.MICRO_TIME.toTree(received));
    event.put("stageTimestamp", Codecs.MICRO_TIME.toTree(at));
    putAnnotations(event);
    return new JsonObject(event);
  }

  private void outcome(Map<String, JsonValue> event) {
    if (status != null) {
      event.put("responseStatus", status);
    }
    request.trail().sentObject().ifPresent(object -> event.put("requestObject", shown(object)));
    if (answered != null) {
      event.put("responseObject", shown(answered));
    }
  }

  private JsonValue shown(JsonValue object) {
    return verdict.omitManagedFields() ? ManagedFieldsOmission.of(object) : object;
  }

  private void putAnnotations(Map<String, JsonValue> event) {
    var annotations = request.trail().annotations();
    var all = new LinkedHashMap<String, JsonValue>();
    annotations.values().forEach((key, value) -> all.put(key, text(value)));
    if (verdict.level().includes(Level.REQUEST)) {
      annotations.details().forEach((key, value) -> all.put(key, text(value)));
    }
    if (!all.isEmpty()) {
      event.put("annotations", new JsonObject(all));
    }
  }

  /// What the path names, completed by what the sent object says.
  private JsonObject reference() {
    var info = request.info();
    var sent = request.trail().sentMetadata();
    var reference = new LinkedHashMap<String, JsonValue>();
    putUnlessEmpty(reference, "resource", info.resource());
    putUnlessEmpty(
        reference, "namespace", info.namespace().isEmpty() ? sent.namespace() : info.namespace());
    putUnlessEmpty(reference, "name", info.name().isEmpty() ? sent.name() : info.name());
    putUnlessEmpty(reference, "uid", sent.uid());
    putUnlessEmpty(reference, "apiGroup", info.apiGroup());
    putUnlessEmpty(reference, "apiVersion", info.apiVersion());
    putUnlessEmpty(reference, "resourceVersion", sent.resourceVersion());
    putUnlessEmpty(reference, "subresource", info.subresource());
    return new JsonObject(reference);
  }

  private String uri() {
    var query = request.exchange().rawQuery();
    return query.isEmpty()
        ? request.exchange().rawPath()
        : request.exchange().rawPath() + "?" + query;
  }

  private String userAgent() {
    var agent = request.headers().firstOr("User-Agent", "");
    return agent.length() > USER_AGENT_MAX
        ? agent.substring(0, USER_AGENT_MAX) + "...TRUNCATED"
        : agent;
  }

  /// The fields of a `Status` whose size has a bound.
  private static JsonObject bounded(JsonObject whole) {
    var bounded = JsonObject.of("metadata", JsonObject.EMPTY);
    for (var name : List.of("status", "message", "reason", "details", "code")) {
      var value = whole.get(name);
      if (value != null) {
        bounded = bounded.with(name, value);
      }
    }
    return bounded;
  }

  private static JsonObject withCode(JsonObject status, int code) {
    return status.with("code", JsonNumber.of(code));
  }

  private static void putUnlessEmpty(Map<String, JsonValue> fields, String name, String value) {
    if (!value.isEmpty()) {
      fields.put(name, text(value));
    }
  }

  private static JsonString text(String text) {
    return new JsonString(text);
  }

  private static JsonArray texts(List<String> texts) {
    return new JsonArray(texts.stream().<JsonValue>map(JsonString::new).toList());
  }
}
