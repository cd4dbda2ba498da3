package io.kubejar.standalone;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.client.HttpApiClient;
import io.kubejar.client.Kubeconfig;
import io.kubejar.standalone.layout.ClusterRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// All options of a cluster's control plane, and what they are.
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = {
      "Lists all options of the control plane with their values: of a running cluster those that",
      "it runs with, else those that the next start will use. A * marks what somebody chose.",
    })
final class ConfigCommand implements Callable<Integer> {
  @Mixin private ClusterSelection cluster = new ClusterSelection();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text or json (default: text)")
  private String output = "text";

  @Override
  public Integer call() throws InterruptedException {
    if (!output.equals("text") && !output.equals("json")) {
      throw CommandFailure.usage("--output must be text or json: " + output);
    }
    var record = cluster.require();
    var remembered = record.layout().options().load();
    boolean running = ClusterLock.holder(record.layout()).isPresent();
    var flags = running ? live(record) : ApiServerChoice.of(remembered).flags();
    var chosen =
        remembered.keySet().stream().map(ApiServerChoice::bare).collect(Collectors.toSet());
    System.out.println(
        output.equals("json") ? json(record, running, flags, chosen) : text(flags, chosen));
    return 0;
  }

  /// What the running server says of itself.
  private static Map<String, String> live(ClusterRecord record) throws InterruptedException {
    var kubeconfig = record.layout().adminKubeconfig();
    if (!Files.exists(kubeconfig)) {
      throw CommandFailure.because("cluster " + record.name() + " has not finished starting");
    }
    try (var clock = new RealClock();
        var client =
            new HttpApiClient(Kubeconfig.load(kubeconfig).access("kubejar-config"), clock)) {
      return flags(client.text("/flagz"));
    } catch (ApiException | IOException silent) {
      throw CommandFailure.because("the API server does not answer: " + silent.getMessage());
    }
  }

  /// The lines of the page that have a name and a value.
  static Map<String, String> flags(String page) {
    var flags = new TreeMap<String, String>();
    for (var line : page.lines().toList()) {
      var parts = line.split("=", 2);
      if (parts.length == 2) {
        flags.put(parts[0], parts[1]);
      }
    }
    return flags;
  }

  private static String text(Map<String, String> flags, Set<String> chosen) {
    return flags.entrySet().stream()
        .map(
            flag ->
                (chosen.contains(flag.getKey()) ? "* --" : "  --")
                    + flag.getKey()
                    + "="
                    + flag.getValue())
        .collect(Collectors.joining("\n"));
  }

  private static String json(
      ClusterRecord record, boolean running, Map<String, String> flags, Set<String> chosen) {
    var all = new LinkedHashMap<String, JsonValue>();
    flags.forEach(
        (name, value) ->
            all.put(
                name,
                JsonObject.of("value", new JsonString(value))
                    .with("chosen", JsonBoolean.of(chosen.contains(name)))));
    var tree =
        JsonObject.of("name", new JsonString(record.name()))
            .with("running", JsonBoolean.of(running))
            .with("flags", new JsonObject(all));
    return JsonPrinter.print(tree);
  }
}
