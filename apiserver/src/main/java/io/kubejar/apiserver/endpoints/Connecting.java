package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apiserver.admission.Admission;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.admission.ConnectOptions;
import io.kubejar.apiserver.request.Request;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Admission of those who want to connect to something, such as `kubectl exec`. The question shows
/// how they want to.
record Connecting(Admission admission) {
  private static final Set<String> SUBRESOURCES = Set.of("exec", "attach", "portforward", "proxy");
  private static final List<String> FLAGS = List.of("stdin", "stdout", "stderr", "tty");

  /// @throws io.kubejar.apimachinery.ApiException if a plugin refuses
  void admit(Request request, ResourceType<?> type) throws InterruptedException {
    var info = request.info();
    if (!SUBRESOURCES.contains(info.subresource())) {
      return;
    }
    var asked =
        new AdmissionRequest(
            Operation.CONNECT,
            ResourceEndpoint.call(request),
            type,
            info.subresource(),
            info.namespace(),
            info.name(),
            null,
            null);
    var kind = asked.kind();
    var options = new ConnectOptions(kind.apiVersion(), kind.kind(), json(request, asked));
    var seen = asked.withObject(options);
    admission.validate(seen.withObject(admission.mutate(seen)));
  }

  private static JsonObject json(Request request, AdmissionRequest asked) {
    Map<String, JsonValue> fields = new LinkedHashMap<>();
    fields.put("kind", new JsonString(asked.kind().kind()));
    fields.put("apiVersion", new JsonString(asked.kind().apiVersion()));
    var query = request.query();
    switch (asked.subresource()) {
      case "exec", "attach" -> {
        for (var flag : FLAGS) {
          if (query.flag(flag)) {
            fields.put(flag, JsonBoolean.TRUE);
          }
        }
        query.first("container").ifPresent(it -> fields.put("container", new JsonString(it)));
        if (query.contains("command")) {
          fields.put("command", texts(query.all("command")));
        }
      }
      case "portforward" -> {
        var ports =
            query.all("ports").stream()
                .filter(port -> port.matches("\\d{1,5}"))
                .<JsonValue>map(port -> JsonNumber.of(Long.parseLong(port)))
                .toList();
        if (!ports.isEmpty()) {
          fields.put("ports", new JsonArray(ports));
        }
      }
      default -> {
        var rest = request.info().parts().stream().skip(3).toList();
        fields.put("path", new JsonString("/" + String.join("/", rest)));
      }
    }
    return new JsonObject(fields);
  }

  private static JsonArray texts(List<String> values) {
    return new JsonArray(values.stream().<JsonValue>map(JsonString::new).toList());
  }
}
