package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.EphemeralContainer;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apiserver.admission.AdmissionConfiguration;
import io.kubejar.apiserver.admission.AdmissionOptions;
import io.kubejar.apiserver.configfile.ConfigFileException;
import io.kubejar.apiserver.webhook.WebhookServer;
import io.kubejar.http.Headers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Images that somebody else must agree to.
class ImagePolicyTest {
  @TempDir private Path directory;
  private final List<JsonObject> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger refusals = new AtomicInteger();

  /// Says what the image is tagged.
  private WebhookServer policy() throws Exception {
    return WebhookServer.serving(
        exchange -> {
          var review = (JsonObject) JsonParser.parse(exchange.body().readAllBytes());
          asked.add(review);
          if (refusals.getAndDecrement() > 0) {
            exchange.reply(500, "text/plain", "not now");
            return;
          }
          var images = JsonPrinter.print(review.object("spec"));
          var status =
              images.contains(":bad")
                  ? "{\"allowed\":false,\"reason\":\"it is bad\"}"
                  : images.contains(":no")
                      ? "{\"allowed\":false}"
                      : "{\"allowed\":true,\"auditAnnotations\":{\"seen\":\"yes\"}}";
          exchange.reply(
              200,
              Headers.of("Content-Type", "application/json"),
              ("{\"apiVersion\":\"imagepolicy.k8s.io/v1alpha1\",\"kind\":\"ImageReview\",\"status\":"
                      + status
                      + "}")
                  .getBytes(StandardCharsets.UTF_8));
        });
  }

  private World world(String url, String settings) throws Exception {
    var file = Files.writeString(directory.resolve("kubeconfig"), kubeconfig(url));
    var configuration =
        """
        apiVersion: apiserver.config.k8s.io/v1
        kind: AdmissionConfiguration
        plugins:
        - name: ImagePolicyWebhook
          configuration:
            imagePolicy: {kubeConfigFile: %s, retryBackoff: 1%s}
        """
            .formatted(file, settings);
    var admission =
        new AdmissionOptions(
            Set.of("ImagePolicyWebhook"),
            Set.of("NodeRestriction", "PodSecurity"),
            AdmissionConfiguration.read(configuration, path -> path));
    return World.started(options -> options.withAdmission(admission));
  }

  private static String kubeconfig(String url) {
    return """
    apiVersion: v1
    kind: Config
    current-context: hook
    clusters: [{name: hook, cluster: {server: "%s", certificate-authority-data: %s}}]
    users: [{name: me, user: {}}]
    contexts: [{name: hook, context: {cluster: hook, user: me}}]
    """
        .formatted(url, Base64.getEncoder().encodeToString(WebhookServer.caBundle().toArray()));
  }

  private static Pod pod(String name, String image) {
    var pod = World.pod(name);
    var container = pod.spec().containers().getFirst().withImage(image);
    var init = Container.EMPTY.withName("init").withImage("init:1");
    return pod.withMetadata(
            pod.metadata()
                .withAnnotations(
                    Map.of("break-glass.image-policy.k8s.io/ticket", "7", "other", "x")))
        .withSpec(pod.spec().withContainers(List.of(container)).withInitContainers(List.of(init)));
  }

  @Test
  void areAskedAboutOnceAndRememberedForAWhile() throws Exception {
    try (var hook = policy()) {
      var world = world(hook.url("/policy"), ", allowTTL: 60");
      var api = world.api;
      api.create(Pod.RESOURCE, pod("a", "app:good"));
      api.create(Pod.RESOURCE, pod("b", "app:good"));

      assertThat(asked).hasSize(1);
      assertThat(asked.getFirst().text("kind")).isEqualTo("ImageReview");
      assertThat(asked.getFirst().text("apiVersion")).isEqualTo("imagepolicy.k8s.io/v1alpha1");
      assertThat(JsonPrinter.print(asked.getFirst().object("spec")))
          .isEqualTo(
              "{\"containers\":[{\"image\":\"app:good\"},{\"image\":\"init:1\"}],\"annotations\":"
                  + "{\"break-glass.image-policy.k8s.io/ticket\":\"7\"},\"namespace\":\"default\"}");

      world.clock.advance(Duration.ofSeconds(60));
      api.create(Pod.RESOURCE, pod("c", "app:good"));
      assertThat(asked).hasSize(2);
    }
  }

  @Test
  void areRefusedWithTheReasonThatWasGiven() throws Exception {
    try (var hook = policy()) {
      var api = world(hook.url("/policy"), "").api;

      assertThatThrownBy(() -> api.create(Pod.RESOURCE, pod("a", "app:bad")))
          .hasMessage(
              "pods \"a\" is forbidden: image policy webhook backend denied one or more images: it"
                  + " is bad");
      assertThatThrownBy(() -> api.create(Pod.RESOURCE, pod("a", "app:no")))
          .hasMessage("pods \"a\" is forbidden: one or more images rejected by webhook backend");
    }
  }

  @Test
  void areAskedAboutWhereTheyComeLater() throws Exception {
    try (var hook = policy()) {
      var api = world(hook.url("/policy"), "").api;
      var created = api.create(Pod.RESOURCE, pod("a", "app:good"));
      var debugger = EphemeralContainer.EMPTY.withName("debug").withImage("debug:bad");

      assertThatThrownBy(
              () ->
                  api.updateSubresource(
                      Pod.RESOURCE,
                      created.withSpec(created.spec().withEphemeralContainers(List.of(debugger))),
                      "ephemeralcontainers"))
          .hasMessageEndingWith("denied one or more images: it is bad");
      assertThat(JsonPrinter.print(asked.getLast().object("spec")))
          .contains("\"containers\":[{\"image\":\"debug:bad\"}]");
    }
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void comeInOrNotIfNobodyAnswers(boolean allowed) throws Exception {
    try (var hook = WebhookServer.serving(exchange -> exchange.reply(403, "text/plain", "go"))) {
      var api = world(hook.url("/policy"), ", defaultAllow: " + allowed).api;
      if (allowed) {
        assertThat(api.create(Pod.RESOURCE, pod("a", "app:1")).metadata().uid()).isNotEmpty();
      } else {
        assertThatThrownBy(() -> api.create(Pod.RESOURCE, pod("a", "app:1")))
            .hasMessageStartingWith("pods \"a\" is forbidden: ");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "allowTTL: 1801 | valid value is between 1s and 30m0s, got",
        "denyTTL: -2 | valid value is between 1s and 30m0s, got",
        "retryBackoff: 300001 | valid value is between 1ns and 5m0s, got",
      })
  void haveBoundsForEveryTime(String setting, String why) {
    var configuration =
        """
        apiVersion: apiserver.config.k8s.io/v1
        kind: AdmissionConfiguration
        plugins: [{name: ImagePolicyWebhook, configuration: {imagePolicy: {%s}}}]
        """
            .formatted(setting);

    assertThatThrownBy(() -> AdmissionConfiguration.read(configuration, path -> path))
        .isInstanceOf(ConfigFileException.class)
        .hasMessageContaining(why);
  }
}
