package io.kubejar.apiserver.audit;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apiserver.webhook.WebhookClient;
import io.kubejar.apiserver.webhook.WebhookFailure;
import io.kubejar.apiserver.webhook.WebhookTarget;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;

/// Posts events to a webhook, as a list of `audit.k8s.io/v1`. Owns the client.
public record AuditWebhook(WebhookTarget target, WebhookClient client) implements AuditDelivery {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Override
  public String name() {
    return "webhook";
  }

  @Override
  public void deliver(List<JsonObject> events) throws Failure, InterruptedException {
    try {
      client.post(target, JsonPrinter.printUtf8(list(events)), PATIENCE);
    } catch (WebhookFailure failure) {
      throw new Failure(String.valueOf(failure.getMessage()), failure);
    }
  }

  private static JsonObject list(List<JsonObject> events) {
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("kind", new JsonString("EventList"));
    fields.put("apiVersion", new JsonString("audit.k8s.io/v1"));
    fields.put("metadata", JsonObject.EMPTY);
    fields.put("items", new JsonArray(List.copyOf(events)));
    return new JsonObject(fields);
  }

  @Override
  public void close() {
    client.close();
  }
}
