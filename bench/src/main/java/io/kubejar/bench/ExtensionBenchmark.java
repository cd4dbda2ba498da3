package io.kubejar.bench;

import io.kubejar.api.admissionregistration.v1.MutatingWebhookConfiguration;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apimachinery.unstructured.UnstructuredTypes;
import io.kubejar.client.HttpApiClient;
import io.kubejar.client.Patch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// What others add to the API: objects of a custom resource with a schema, and writes that a
/// mutating webhook changes on their way.
final class ExtensionBenchmark implements Benchmark {
  private static final int CALLERS = 16;
  private static final Duration SERVED_WITHIN = Duration.ofSeconds(30);
  private static final String CONDITIONS =
      "HTTPS, embedded store, fsync before acknowledging, callers on the same cores";
  private static final ResourceType<Unstructured> WIDGETS =
      UnstructuredTypes.of(
          new GroupVersionKind("bench.example.com", "v1", "Widget"), "widgets", true);

  private static final String DEFINITION =
      """
      {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
       "metadata":{"name":"widgets.bench.example.com"},
       "spec":{"group":"bench.example.com","scope":"Namespaced",
        "names":{"kind":"Widget","plural":"widgets"},
        "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},
         "schema":{"openAPIV3Schema":{"type":"object","properties":{
          "spec":{"type":"object","required":["size"],
           "x-kubernetes-validations":[{"rule":"self.size <= self.limit"}],
           "properties":{
            "size":{"type":"integer","minimum":1},"limit":{"type":"integer","default":1000},
            "payload":{"type":"string","maxLength":4096},
            "ports":{"type":"array","maxItems":64,"x-kubernetes-list-type":"map",
             "x-kubernetes-list-map-keys":["name"],"items":{"type":"object","required":["name"],
              "properties":{"name":{"type":"string","maxLength":63},
               "port":{"type":"integer","minimum":1,"maximum":65535}}}}}},
          "status":{"type":"object","properties":{"ready":{"type":"boolean"}}}}}}}]}}\
      """;

  private final AtomicLong next = new AtomicLong();

  @Override
  public String name() {
    return "extensions";
  }

  @Override
  public String description() {
    return "writes of custom resources; writes that a mutating webhook changes";
  }

  @Override
  public List<Row> run() throws Exception {
    var rows = new ArrayList<Row>();
    try (var cluster = MeasuredCluster.start("--control-plane-only");
        var client = cluster.client()) {
      customResources(client, cluster.pid(), rows);
      webhook(client, cluster.pid(), rows);
    }
    return rows;
  }

  private void customResources(HttpApiClient client, long server, List<Row> rows)
      throws InterruptedException {
    client.create(
        CustomResourceDefinition.RESOURCE, read(CustomResourceDefinition.RESOURCE, DEFINITION));
    awaitServed(client);
    var what =
        " custom object of 1 kB with schema, defaults and a CEL rule, " + CALLERS + " clients";
    var creates = Load.on(server, CALLERS, () -> () -> widget(client));
    rows.addAll(Row.of(name(), "create" + what, "writes/s", creates, CONDITIONS));
    var patches =
        Load.on(
            server,
            CALLERS,
            () -> {
              var mine = ObjectKey.of(widget(client));
              return () ->
                  client.patch(
                      WIDGETS,
                      mine,
                      Patch.merge(
                          "{\"spec\":{\"size\":" + (1 + next.incrementAndGet() % 999) + "}}"));
            });
    rows.addAll(Row.of(name(), "merge patch" + what, "writes/s", patches, CONDITIONS));
  }

  private Unstructured widget(HttpApiClient client) throws InterruptedException {
    var text =
        """
        {"apiVersion":"bench.example.com/v1","kind":"Widget",
         "metadata":{"name":"w-%d","namespace":"default"},
         "spec":{"size":1,"payload":"%s","ports":[{"name":"http","port":80}]}}\
        """
            .formatted(next.incrementAndGet(), Samples.PAYLOAD);
    return client.create(WIDGETS, read(WIDGETS, text));
  }

  private static <T extends KubernetesObject> T read(ResourceType<T> type, String json) {
    return type.codec().fromJson(json.getBytes(StandardCharsets.UTF_8));
  }

  private void awaitServed(HttpApiClient client) throws InterruptedException {
    long end = System.nanoTime() + SERVED_WITHIN.toNanos();
    while (true) {
      try {
        widget(client);
        return;
      } catch (ApiException notYet) {
        if (System.nanoTime() > end) {
          throw notYet;
        }
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      }
    }
  }

  private void webhook(HttpApiClient client, long server, List<Row> rows)
      throws IOException, InterruptedException {
    try (var hook = LabellingWebhook.start()) {
      client.create(
          MutatingWebhookConfiguration.RESOURCE,
          read(MutatingWebhookConfiguration.RESOURCE, hook.configuration()));
      awaitLabels(client);
      for (int callers : new int[] {1, CALLERS}) {
        var result = Load.on(server, callers, () -> () -> map(client));
        var what = "create 1 kB ConfigMap through a mutating webhook, " + callers + " clients";
        rows.addAll(
            Row.of(name(), what, "writes/s", result, CONDITIONS + ", so is the webhook, over TLS"));
      }
    }
  }

  private ConfigMap map(HttpApiClient client) throws InterruptedException {
    return client.create(
        ConfigMap.RESOURCE, Samples.configMap("default", "hooked-" + next.incrementAndGet()));
  }

  private void awaitLabels(HttpApiClient client) throws InterruptedException {
    long end = System.nanoTime() + SERVED_WITHIN.toNanos();
    while (!map(client).metadata().labels().containsKey(LabellingWebhook.LABEL)) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("the webhook is not called");
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }
}
