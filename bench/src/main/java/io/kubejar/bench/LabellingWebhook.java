package io.kubejar.bench;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.http.Exchange;
import io.kubejar.http.Headers;
import io.kubejar.http.HttpServer;
import io.kubejar.http.ServerOptions;
import io.kubejar.http.pki.CertificateAuthority;
import io.kubejar.http.pki.CertificateSpec;
import io.kubejar.http.pki.Pem;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/// A webhook in this process that gives every new ConfigMap of the namespace `default` a label.
final class LabellingWebhook implements AutoCloseable {
  static final String LABEL = "hooked";

  private static final String PATCH =
      "[{\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"" + LABEL + "\":\"yes\"}}]";
  private static final Headers JSON = Headers.of("Content-Type", "application/json");

  private final HttpServer server;
  private final String authority;

  private LabellingWebhook(HttpServer server, String authority) {
    this.server = server;
    this.authority = authority;
  }

  static LabellingWebhook start() throws IOException {
    try (var clock = new RealClock()) {
      var authority = CertificateAuthority.create("bench-webhook", clock);
      var loopback = List.of(InetAddress.getLoopbackAddress());
      var key = authority.issue(CertificateSpec.server("hook", List.of("localhost"), loopback));
      var options =
          ServerOptions.https(
              ServerOptions.loopback(0), TlsSource.fixed(new TlsMaterial(key, List.of())));
      return new LabellingWebhook(
          HttpServer.start(options, LabellingWebhook::answer),
          Pem.encode(List.of(authority.certificate())));
    }
  }

  private static void answer(Exchange exchange) throws IOException {
    var review = (JsonObject) JsonParser.parse(exchange.body().readAllBytes());
    var answer =
        """
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"%s",\
        "allowed":true,"patchType":"JSONPatch","patch":"%s"}}\
        """
            .formatted(review.object("request").text("uid"), base64(PATCH));
    exchange.reply(200, JSON, answer.getBytes(StandardCharsets.UTF_8));
  }

  String configuration() {
    return """
    {"apiVersion":"admissionregistration.k8s.io/v1","kind":"MutatingWebhookConfiguration",
     "metadata":{"name":"bench.example.com"},
     "webhooks":[{"name":"label.bench.example.com","sideEffects":"None",
      "admissionReviewVersions":["v1"],"failurePolicy":"Fail",
      "clientConfig":{"url":"https://127.0.0.1:%d/","caBundle":"%s"},
      "namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"default"}},
      "rules":[{"operations":["CREATE"],"apiGroups":[""],"apiVersions":["v1"],
       "resources":["configmaps"]}]}]}\
    """
        .formatted(server.address().getPort(), base64(authority));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    server.close();
  }
}
