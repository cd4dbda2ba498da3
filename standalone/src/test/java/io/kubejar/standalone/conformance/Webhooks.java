package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.text;
import static io.kubejar.standalone.conformance.Trees.tree;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.http.Exchange;
import io.kubejar.http.HttpServer;
import io.kubejar.http.ServerOptions;
import io.kubejar.http.pki.CertificateAuthority;
import io.kubejar.http.pki.CertificateSpec;
import io.kubejar.http.pki.Pem;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The webhooks of upstream's test program, in this process, behind a Service of the test's own.
/// Each path has the behaviour that upstream's has.
final class Webhooks implements AutoCloseable {
  static final String SERVICE = "e2e-test-webhook";

  private static final CertificateAuthority AUTHORITY =
      CertificateAuthority.create("webhooks", new RealClock());
  private static final long DELAY_SECONDS = 5;

  private final HttpServer server;
  private final LocalService service;
  private final CountDownLatch closed = new CountDownLatch(1);

  private Webhooks(Api api) throws IOException, InterruptedException {
    var name = SERVICE + "." + api.namespace() + ".svc";
    var key = AUTHORITY.issue(CertificateSpec.server(name, List.of(name), List.of()));
    var options =
        ServerOptions.https(
            new InetSocketAddress(LocalService.address(), 0),
            TlsSource.fixed(new TlsMaterial(key, List.of())));
    server = HttpServer.start(options, this::answer);
    service = LocalService.make(api, SERVICE, server);
  }

  static Webhooks start(Api api) throws IOException, InterruptedException {
    return new Webhooks(api);
  }

  /// How a configuration names the webhook at a path, in YAML.
  String at(String path) {
    var bundle = Pem.encode(List.of(AUTHORITY.certificate())).getBytes(StandardCharsets.UTF_8);
    return "{service: {namespace: %s, name: %s, path: %s, port: %d}, caBundle: %s}"
        .formatted(
            service.namespace(),
            service.name(),
            path,
            service.port(),
            Base64.getEncoder().encodeToString(bundle));
  }

  private void answer(Exchange exchange) throws Exception {
    var review = (JsonObject) JsonParser.parse(exchange.body().readAllBytes());
    var path = exchange.rawPath();
    var response =
        path.equals("/crdconvert") ? converted(review.object("request")) : judged(path, review);
    var answer = JsonPrinter.print(review.without("request").with("response", response));
    exchange.reply(200, "application/json", answer);
  }

  private JsonObject judged(String path, JsonObject review) throws InterruptedException {
    var request = review.object("request");
    var object =
        request.object("object").isEmpty() ? request.object("oldObject") : request.object("object");
    boolean deletes = request.text("operation").equals("DELETE");
    var response =
        path.equals("/custom-resource") && deletes ? deleted(object) : decide(path, object);
    return response.with("uid", new JsonString(request.text("uid")));
  }

  private JsonObject decide(String path, JsonObject object) throws InterruptedException {
    return switch (path) {
      case "/always-deny" -> denied("this webhook denies all requests");
      case "/always-allow-delay-5s" -> {
        closed.await(DELAY_SECONDS, TimeUnit.SECONDS);
        yield allowed();
      }
      case "/add-label" -> patched("/metadata/labels", tree("{added-label: 'yes'}"));
      case "/pods" -> pod(object);
      case "/configmaps" ->
          unwanted(object) ? denied("the configmap contains unwanted key and value") : allowed();
      case "/custom-resource" ->
          unwanted(object) ? denied("the custom resource contains unwanted data") : allowed();
      case "/mutating-configmaps", "/mutating-custom-resource" -> nextStage(object);
      case "/mutating-pods" ->
          patched(
              "/spec/initContainers",
              JsonArray.of(tree("{name: webhook-added-init-container, image: pause}")));
      case "/crd" ->
          text(object, "metadata.labels.webhook-e2e-test").equals("webhook-disallow")
              ? denied("the crd contains unwanted label")
              : allowed();
      default -> throw new IllegalArgumentException(path);
    };
  }

  private static JsonObject deleted(JsonObject object) {
    return text(object, "data.webhook-e2e-test").equals("webhook-nondeletable")
        ? denied("the custom resource cannot be deleted because it contains unwanted key and value")
        : allowed();
  }

  private JsonObject pod(JsonObject pod) throws InterruptedException {
    var label = text(pod, "metadata.labels.webhook-e2e-test");
    var reasons = new ArrayList<String>();
    if (items(pod, "spec.containers").stream()
        .anyMatch(it -> it.text("name").contains("webhook-disallow"))) {
      reasons.add("the pod contains unwanted container name");
    }
    if (label.equals("webhook-disallow")) {
      reasons.add("the pod contains unwanted label");
    }
    if (label.equals("wait-forever")) {
      closed.await();
    }
    return reasons.isEmpty() ? allowed() : denied(String.join("; ", reasons));
  }

  private static boolean unwanted(JsonObject object) {
    return text(object, "data.webhook-e2e-test").equals("webhook-disallow");
  }

  private static JsonObject nextStage(JsonObject object) {
    var data = object.object("data");
    if (data.text("mutation-start").equals("yes") && !data.has("mutation-stage-1")) {
      return patched("/data/mutation-stage-1", new JsonString("yes"));
    }
    if (data.text("mutation-stage-1").equals("yes")) {
      return patched("/data/mutation-stage-2", new JsonString("yes"));
    }
    return allowed();
  }

  private static JsonObject allowed() {
    return tree("{allowed: true}");
  }

  private static JsonObject denied(String message) {
    return tree("{allowed: false}").with("status", tree("{message: '" + message + "'}"));
  }

  private static JsonObject patched(String path, JsonValue value) {
    var operation = tree("{op: add, path: " + path + "}").with("value", value);
    var patch = JsonPrinter.print(JsonArray.of(operation)).getBytes(StandardCharsets.UTF_8);
    return allowed()
        .with("patchType", new JsonString("JSONPatch"))
        .with("patch", new JsonString(Base64.getEncoder().encodeToString(patch)));
  }

  /// Converts between v1, which has `hostPort`, and v2, which has `host` and `port`.
  private static JsonObject converted(JsonObject request) {
    var version = request.text("desiredAPIVersion");
    var objects = new ArrayList<JsonValue>();
    for (var object : items(request, "objects")) {
      objects.add(convert(object, version).with("apiVersion", new JsonString(version)));
    }
    return tree("{result: {status: Success}}")
        .with("uid", new JsonString(request.text("uid")))
        .with("convertedObjects", new JsonArray(objects));
  }

  private static JsonObject convert(JsonObject object, String version) {
    if (version.endsWith("/v2")) {
      var parts = object.text("hostPort").split(":", -1);
      var bare = object.without("hostPort");
      if (!object.has("hostPort")) {
        return bare;
      }
      var withHost = bare.with("host", new JsonString(parts[0]));
      return parts.length < 2 || parts[1].isEmpty()
          ? withHost
          : withHost.with("port", new JsonString(parts[1]));
    }
    return object
        .without("host")
        .without("port")
        .with("hostPort", new JsonString(object.text("host") + ":" + object.text("port")));
  }

  @Override
  public void close() {
    closed.countDown();
    server.close();
  }
}
