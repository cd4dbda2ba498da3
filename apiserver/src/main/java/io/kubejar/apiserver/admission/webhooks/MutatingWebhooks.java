package io.kubejar.apiserver.admission.webhooks;

import io.kubejar.api.admission.v1.AdmissionResponse;
import io.kubejar.api.admissionregistration.v1.MutatingWebhookConfiguration;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.patch.JsonPatch;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Lets webhooks change objects, one after another. Those that asked for it are called once more if
/// the object changed after their turn.
final class MutatingWebhooks implements AdmissionPlugin {
  private static final String PATCHED = "patch.webhook.admission.k8s.io/";
  private static final String JSON_PATCH = "JSONPatch";

  private final WebhookConfigurations<MutatingWebhookConfiguration> configurations;
  private final WebhookMatcher matcher;
  private final WebhookCaller caller;
  private final ReviewedObjects objects;

  /// What is known after the first round.
  private static final class Notes {
    private @Nullable KubernetesObject lastSeen;
    private final Set<String> called = new HashSet<>();
    private final Set<String> again = new HashSet<>();

    /// Something changed after the turns of those that were called.
    void callAgain() {
      again.addAll(called);
      called.clear();
    }
  }

  MutatingWebhooks(
      WebhookConfigurations<MutatingWebhookConfiguration> configurations,
      WebhookMatcher matcher,
      WebhookCaller caller,
      ReviewedObjects objects) {
    this.configurations = configurations;
    this.matcher = matcher;
    this.caller = caller;
    this.objects = objects;
  }

  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) throws InterruptedException {
    var webhooks = configurations.current();
    if (webhooks.isEmpty() || WebhookMatcher.isExempt(request)) {
      return request.object();
    }
    var notes = request.reinvocation().notes(this, Notes::new);
    boolean second = request.reinvocation().isSecondRound();
    if (second && !Objects.equals(notes.lastSeen, request.object())) {
      notes.callAgain(); // A built-in plugin changed the object since.
    }
    var current = request;
    for (int index = 0; index < webhooks.size(); index++) {
      var webhook = webhooks.get(index);
      var invocation = matcher.match(webhook, current);
      if (invocation.isPresent() && (!second || notes.again.contains(webhook.uid()))) {
        current = current.withObject(called(invocation.get(), current, notes, index));
      }
    }
    notes.lastSeen = current.object();
    return current.object();
  }

  private @Nullable KubernetesObject called(
      Invocation invocation, AdmissionRequest request, Notes notes, int index)
      throws InterruptedException {
    var webhook = invocation.webhook();
    int round = request.reinvocation().isSecondRound() ? 1 : 0;
    var place = "round_" + round + "_index_" + index;
    var before = request.object();
    var after = before;
    try {
      var patched =
          caller.ask(
              WebhookCaller.Step.MUTATE,
              invocation,
              request,
              place,
              response -> new Patched(patched(response, invocation, request, place)));
      after = patched.isPresent() ? patched.get().object() : before;
    } finally {
      boolean mutated = !Objects.equals(before, after);
      note(request, WebhookCaller.Step.MUTATE.annotation() + place, webhook, mutated);
    }
    boolean changed = !Objects.equals(before, after);
    if (changed) {
      notes.callAgain();
      request.reinvocation().require();
    }
    if (webhook.reinvocable()) {
      notes.called.add(webhook.uid());
    }
    return after;
  }

  private record Patched(@Nullable KubernetesObject object) {}

  private @Nullable KubernetesObject patched(
      AdmissionResponse response, Invocation invocation, AdmissionRequest request, String place)
      throws CallFailed, InterruptedException {
    var webhook = invocation.webhook();
    if (response.patch().isEmpty()) {
      return request.object();
    }
    var patch = patch(response);
    if (patch.values().isEmpty()) {
      return request.object();
    }
    var object = request.object();
    if (object == null) {
      throw ApiException.internal(
          "admission webhook "
              + GoText.quoted(webhook.name())
              + " attempted to modify the object, which is not supported for this operation");
    }
    if (!JSON_PATCH.equals(response.patchType())) {
      throw new CallFailed(
          "unsupported patch type " + GoText.quoted(String.valueOf(response.patchType())),
          CallFailed.BAD_REQUEST);
    }
    var type = invocation.type();
    try {
      var changed = JsonPatch.apply(objects.tree(object, type, request), patch);
      var read = objects.read(changed, object, type, request);
      notePatch(request, place, webhook, patch);
      return read;
    } catch (ApiException unfit) {
      throw ApiException.internal(Objects.requireNonNullElse(unfit.getCause(), unfit));
    } catch (JsonFormatException unfit) {
      throw ApiException.internal(unfit);
    }
  }

  private static JsonArray patch(AdmissionResponse response) throws CallFailed {
    try {
      if (JsonParser.parse(response.patch().toArray()) instanceof JsonArray operations) {
        return operations;
      }
      throw undecodable("json: cannot unmarshal into a list of operations");
    } catch (JsonFormatException malformed) {
      throw undecodable(malformed.getMessage());
    }
  }

  private static CallFailed undecodable(@Nullable String why) {
    return new CallFailed(
        "received undecodable patch in webhook response: " + why, CallFailed.UNAVAILABLE);
  }

  private static void note(AdmissionRequest request, String key, Webhook webhook, boolean mutated) {
    var value = new LinkedHashMap<String, JsonValue>();
    value.put("configuration", new JsonString(webhook.configuration()));
    value.put("webhook", new JsonString(webhook.name()));
    value.put("mutated", JsonBoolean.of(mutated));
    request.call().annotations().add(key, JsonPrinter.print(new JsonObject(value)));
  }

  private static void notePatch(
      AdmissionRequest request, String place, Webhook webhook, JsonArray patch) {
    var value = new LinkedHashMap<String, JsonValue>();
    value.put("configuration", new JsonString(webhook.configuration()));
    value.put("webhook", new JsonString(webhook.name()));
    value.put("patch", patch);
    value.put("patchType", new JsonString(JSON_PATCH));
    request
        .call()
        .annotations()
        .addDetail(PATCHED + place, JsonPrinter.print(new JsonObject(value)));
  }
}
