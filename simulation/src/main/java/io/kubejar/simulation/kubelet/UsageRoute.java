package io.kubejar.simulation.kubelet;

import io.kubejar.apimachinery.json.JsonWriter;
import io.kubejar.http.Exchange;
import io.kubejar.http.Headers;
import io.kubejar.kubelet.server.NotServed;
import io.kubejar.kubelet.server.Query;
import io.kubejar.kubelet.server.Route;
import io.kubejar.simulation.kubelet.Usages.OfContainer;
import io.kubejar.simulation.kubelet.Usages.OfPod;
import io.kubejar.simulation.nodes.NodeFleet;
import io.kubejar.simulation.nodes.PodScript.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// `/stats/summary` and `/metrics/resource`. As all nodes share one address, the answer is about
/// the pods of all of them, and the node in it is their sum.
record UsageRoute(NodeFleet fleet) implements Route {
  private static final int NANO_DIGITS = 9;
  private static final String TEXT = "text/plain; version=0.0.4";

  @Override
  public void serve(Exchange exchange, List<String> path, Query query)
      throws NotServed, IOException {
    switch (String.join("/", path)) {
      case "stats/summary" ->
          exchange.reply(200, Headers.of("Content-Type", "application/json"), summary());
      case "metrics/resource" -> exchange.reply(200, TEXT, metrics());
      default -> throw NotServed.unknownPath();
    }
  }

  private byte[] summary() throws IOException {
    var now = fleet.clock().instant();
    var pods = Usages.of(fleet);
    var out = JsonWriter.toBytes();
    out.beginObject();
    out.name("node");
    out.beginObject();
    var nodes = fleet.nodes();
    out.put("nodeName", nodes.size() == 1 ? nodes.getFirst().metadata().name() : "simulated");
    usage(out, Usages.sum(pods.stream().map(OfPod::sum).toList()), coreSeconds(pods, now), now);
    out.endObject();
    out.name("pods");
    out.beginArray();
    for (var pod : pods) {
      pod(out, pod, now);
    }
    out.endArray();
    out.endObject();
    return out.bytes();
  }

  private static void pod(JsonWriter out, OfPod pod, Instant now) throws IOException {
    var metadata = pod.pod().metadata();
    out.beginObject();
    out.name("podRef");
    out.beginObject();
    out.put("name", metadata.name());
    out.put("namespace", metadata.namespace());
    out.put("uid", metadata.uid());
    out.endObject();
    out.put("startTime", String.valueOf(pod.pod().status().startTime()));
    out.name("containers");
    out.beginArray();
    for (var container : pod.containers()) {
      out.beginObject();
      out.put("name", container.name());
      out.put("startTime", container.since().toString());
      usage(out, container.usage(), coreSeconds(container, now), now);
      out.endObject();
    }
    out.endArray();
    usage(out, pod.sum(), coreSeconds(List.of(pod), now), now);
    out.endObject();
  }

  private static void usage(JsonWriter out, Usage usage, BigDecimal coreSeconds, Instant now)
      throws IOException {
    out.name("cpu");
    out.beginObject();
    out.put("time", now.toString());
    out.put("usageNanoCores", usage.cpu().scaledValue(-NANO_DIGITS));
    out.put("usageCoreNanoSeconds", coreSeconds.movePointRight(NANO_DIGITS).longValue());
    out.endObject();
    out.name("memory");
    out.beginObject();
    out.put("time", now.toString());
    out.put("usageBytes", usage.memory().value());
    out.put("workingSetBytes", usage.memory().value());
    out.put("rssBytes", usage.memory().value());
    out.endObject();
  }

  private String metrics() {
    var now = fleet.clock().instant();
    var pods = Usages.of(fleet);
    var text = new Samples(now);
    var all = Usages.sum(pods.stream().map(OfPod::sum).toList());
    text.begin("container_cpu_usage_seconds_total", "counter", "core-seconds by container");
    pods.forEach(pod -> pod.containers().forEach(it -> text.add(pod, it, coreSeconds(it, now))));
    text.begin("container_memory_working_set_bytes", "gauge", "memory in use by container");
    pods.forEach(pod -> pod.containers().forEach(it -> text.add(pod, it, memory(it.usage()))));
    text.begin("container_start_time_seconds", "gauge", "when each container began to run");
    pods.forEach(pod -> pod.containers().forEach(it -> text.add(pod, it, start(it))));
    text.begin("node_cpu_usage_seconds_total", "counter", "core-seconds of all pods");
    text.add(coreSeconds(pods, now));
    text.begin("node_memory_working_set_bytes", "gauge", "memory in use by all pods");
    text.add(memory(all));
    text.begin("pod_cpu_usage_seconds_total", "counter", "core-seconds by pod");
    pods.forEach(pod -> text.add(pod, coreSeconds(List.of(pod), now)));
    text.begin("pod_memory_working_set_bytes", "gauge", "memory in use by pod");
    pods.forEach(pod -> text.add(pod, memory(pod.sum())));
    text.begin("resource_scrape_error", "gauge", "1 if something could not be read");
    text.add(BigDecimal.ZERO);
    return text.toString();
  }

  private static BigDecimal start(OfContainer container) {
    return BigDecimal.valueOf(container.since().getEpochSecond());
  }

  private static BigDecimal memory(Usage usage) {
    return BigDecimal.valueOf(usage.memory().value());
  }

  private static BigDecimal coreSeconds(OfContainer container, Instant now) {
    var ran = Duration.between(container.since(), now);
    var seconds = BigDecimal.valueOf(Math.max(0, ran.toMillis()), 3);
    return container.usage().cpu().toBigDecimal().multiply(seconds);
  }

  private static BigDecimal coreSeconds(List<OfPod> pods, Instant now) {
    return pods.stream()
        .flatMap(pod -> pod.containers().stream())
        .map(container -> coreSeconds(container, now))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /// Samples in Prometheus' text format.
  private static final class Samples {
    private final StringBuilder text = new StringBuilder();
    private final String time;
    private String name = "";

    Samples(Instant now) {
      time = " " + now.toEpochMilli() + "\n";
    }

    void begin(String metric, String type, String help) {
      name = metric;
      text.append("# HELP ").append(metric).append(" [STABLE] ").append(help).append('\n');
      text.append("# TYPE ").append(metric).append(' ').append(type).append('\n');
    }

    void add(BigDecimal value) {
      text.append(name).append(' ').append(value.toPlainString()).append(time);
    }

    void add(OfPod pod, BigDecimal value) {
      sample("", pod, value);
    }

    void add(OfPod pod, OfContainer container, BigDecimal value) {
      sample("container=\"" + container.name() + "\",", pod, value);
    }

    private void sample(String first, OfPod pod, BigDecimal value) {
      var metadata = pod.pod().metadata();
      text.append(name)
          .append('{')
          .append(first)
          .append("namespace=\"")
          .append(metadata.namespace())
          .append("\",pod=\"")
          .append(metadata.name())
          .append("\"} ")
          .append(value.toPlainString())
          .append(time);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
