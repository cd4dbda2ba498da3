package io.kubejar.apiserver.audit;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import java.util.stream.Collectors;

/// How an event looks as a line.
public enum AuditFormat {
  /// Everything, as JSON.
  JSON {
    @Override
    public String line(JsonObject event) {
      return JsonPrinter.print(event);
    }
  },

  /// Upstream's text of old: who asked for what, and the code of the answer.
  LEGACY {
    @Override
    public String line(JsonObject event) {
      var user = event.object("user");
      var impersonated = event.object("impersonatedUser");
      var addresses = event.list("sourceIPs");
      var status = event.object("responseStatus");
      return event.text("requestReceivedTimestamp")
          + " AUDIT: "
          + field("id", event.text("auditID"))
          + field("stage", event.text("stage"))
          + field(
              "ip",
              !addresses.isEmpty() && addresses.getFirst() instanceof JsonString(var address)
                  ? address
                  : "<unknown>")
          + field("method", event.text("verb"))
          + field("user", otherwise(user.text("username"), "<none>"))
          + field("groups", groups(user, "<none>"))
          + field("as", event.has("impersonatedUser") ? impersonated.text("username") : "<self>")
          + field("asgroups", groups(impersonated, "<lookup>"))
          + field("user-agent", event.text("userAgent"))
          + field("namespace", otherwise(event.object("objectRef").text("namespace"), "<none>"))
          + field("uri", event.text("requestURI"))
          + "response=\""
          + (event.has("responseStatus") ? status.get("code") : "<deferred>")
          + '"';
    }
  };

  public abstract String line(JsonObject event);

  private static String field(String name, String value) {
    return name + "=" + quoted(value) + " ";
  }

  private static String otherwise(String text, String otherwise) {
    return text.isEmpty() ? otherwise : text;
  }

  private static String groups(JsonObject user, String otherwise) {
    var groups =
        user.list("groups").stream()
            .map(group -> group instanceof JsonString(var name) ? quoted(name) : "")
            .collect(Collectors.joining(","));
    return otherwise(groups, otherwise);
  }

  private static String quoted(String text) {
    return JsonPrinter.print(new JsonString(text));
  }
}
