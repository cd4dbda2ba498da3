package io.kubejar.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.core.v1.ServiceSpec;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.client.HttpApiClient;
import io.kubejar.client.Kubeconfig;
import io.kubejar.standalone.layout.ClusterRecord;
import io.kubejar.standalone.layout.RememberedOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A control plane that is started with options of the API server, each seen to do what it says.
@Timeout(120)
final class ApiServerChoiceTest {
  private static final String RECORD_SECRETS =
      """
      apiVersion: audit.k8s.io/v1
      kind: Policy
      omitStages: [RequestReceived]
      rules:
      - {level: Metadata, resources: [{group: "", resources: [secrets]}]}
      """;
  private static final String ENCRYPT_SECRETS =
      """
      apiVersion: apiserver.config.k8s.io/v1
      kind: EncryptionConfiguration
      resources:
      - resources: [secrets]
        providers:
        - aesgcm: {keys: [{name: first, secret: c2VjcmV0IGlzIHNlY3VyZQ==}]}
        - identity: {}
      """;

  @TempDir private Path directory;
  private RealClock clock;

  @BeforeEach
  void open() {
    clock = new RealClock();
  }

  @AfterEach
  void close() {
    clock.close();
  }

  @Test
  void recordsWhatThePolicySaysWhereTheLogIs() throws Exception {
    var log = directory.resolve("audit.log");
    var options =
        Map.of(
            "--audit-policy-file", file("policy.yaml", RECORD_SECRETS),
            "--audit-log-path", log.toString(),
            "--audit-log-maxsize", "1",
            "--audit-log-maxbackup", "2",
            "--audit-log-maxage", "3");

    with(
        options,
        client -> {
          client.create(ConfigMap.RESOURCE, ConfigMap.EMPTY.withMetadata(named("ignored")));
          client.create(Secret.RESOURCE, Secret.EMPTY.withMetadata(named("recorded")));
        });

    assertThat(Files.readAllLines(log))
        .anyMatch(line -> line.contains("\"verb\":\"create\"") && line.contains("\"recorded\""))
        .noneMatch(line -> line.contains("\"ignored\""));
  }

  @Test
  void recordsLaterAndShortlyIfToldSo() throws Exception {
    var log = directory.resolve("audit.log");
    var options =
        Map.of(
            "--audit-policy-file", file("policy.yaml", RECORD_SECRETS),
            "--audit-log-path", log.toString(),
            "--audit-log-mode", "batch",
            "--audit-log-format", "legacy",
            "--audit-log-truncate-enabled", "true",
            "--audit-log-truncate-max-event-size", "50000");

    with(
        options,
        client -> client.create(Secret.RESOURCE, Secret.EMPTY.withMetadata(named("recorded"))));

    assertThat(Files.readAllLines(log))
        .anyMatch(
            line ->
                line.contains(" AUDIT: id=\"")
                    && line.contains("stage=\"ResponseComplete\"")
                    && line.contains("method=\"create\"")
                    && line.contains("uri=\"/api/v1/namespaces/default/secrets"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--audit-log-mode | later | invalid audit log mode later, allowed modes are"
            + " \"batch,blocking,blocking-strict\"",
        "--audit-webhook-batch-buffer-size | 0 | invalid audit batch webhook buffer size 0, must be"
            + " a positive number",
        "--audit-webhook-batch-throttle-qps | 0 | invalid audit batch webhook throttle QPS 0.0",
        "--audit-log-truncate-max-event-size | 0 | invalid audit truncate log max event size 0",
        "--audit-webhook-truncate-max-batch-size | 5 | must be greater than max event size"
            + " (102400)",
        "--audit-webhook-version | v2 | allowed versions are [\"audit.k8s.io/v1\"]",
        "--audit-log-format | xml | invalid audit log format xml",
        "--audit-webhook-initial-backoff | soon | time: invalid duration \"soon\"",
      })
  void refusesOptionsOfTheAuditLogThatMakeNoSense(String option, String value, String why) {
    var choice = ApiServerChoice.of(Map.of(option, value));

    assertThatThrownBy(choice::check).isInstanceOf(CommandFailure.class).hasMessageContaining(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--request-timeout | -1s | --request-timeout can not be negative value",
        "--request-timeout | 60 | time: missing unit in duration \"60\"",
        "--min-request-timeout | -1 | --min-request-timeout can not be negative value",
        "--max-requests-inflight | -1 | --max-requests-inflight can not be negative value",
        "--max-mutating-requests-inflight | -1 | --max-mutating-requests-inflight can not be",
        "--goaway-chance | 0.03 | --goaway-chance can not be less than 0 or greater than 0.02",
        "--goaway-chance | -0.01 | --goaway-chance can not be less than 0 or greater than 0.02",
        "--livez-grace-period | -1s | --livez-grace-period can not be negative value",
        "--shutdown-delay-duration | -1s | --shutdown-delay-duration can not be negative value",
      })
  void refusesTimesAndNumbersOfRequestsThatMakeNoSense(String option, String value, String why) {
    var choice = ApiServerChoice.of(Map.of(option, value));

    assertThatThrownBy(choice::check).isInstanceOf(CommandFailure.class).hasMessageContaining(why);
  }

  @Test
  void limitsRequestsAsTheOptionsSay() throws Exception {
    var options =
        Map.of(
            "--max-requests-inflight", "40",
            "--max-mutating-requests-inflight", "20",
            "--enable-priority-and-fairness", "false",
            "--request-timeout", "1ns");

    with(
        options,
        client ->
            assertThatThrownBy(
                    () ->
                        client.create(
                            ConfigMap.RESOURCE, ConfigMap.EMPTY.withMetadata(named("late"))))
                .isInstanceOfSatisfying(
                    ApiException.class, late -> assertThat(late.code()).isEqualTo(504)));
  }

  @Test
  void recordsNothingWithoutAPlaceForIt() throws Exception {
    with(
        Map.of("--audit-policy-file", file("policy.yaml", RECORD_SECRETS)),
        client ->
            assertThat(
                    client
                        .create(Secret.RESOURCE, Secret.EMPTY.withMetadata(named("a")))
                        .metadata())
                .isNotNull());
  }

  @Test
  void encryptsWhatTheConfigurationNamesAndReadsItAfterARestart() throws Exception {
    var options = Map.of("--encryption-provider-config", file("encryption.yaml", ENCRYPT_SECRETS));
    var hidden = "cannot be seen on the disk";
    var shown = "can be seen on the disk";
    with(
        options,
        client -> {
          client.create(
              Secret.RESOURCE,
              Secret.EMPTY.withMetadata(named("a")).withStringData(Map.of("key", hidden)));
          client.create(
              ConfigMap.RESOURCE,
              ConfigMap.EMPTY.withMetadata(named("a")).withData(Map.of("key", shown)));
        });

    assertThat(stored(hidden)).isFalse();
    assertThat(stored("Y2Fubm90IGJlIHNlZW4g")).isFalse(); // Nor in base 64.
    assertThat(stored(shown)).isTrue();
    with(
        options,
        client ->
            assertThat(client.get(Secret.RESOURCE, new ObjectKey("default", "a")).data().get("key"))
                .asString()
                .isNotEmpty());
  }

  @Test
  void leavesOutAdmissionPlugins() throws Exception {
    var lost = ConfigMap.EMPTY.withMetadata(named("a").withNamespace("nowhere"));

    with(
        Map.of("--enable-admission-plugins", "NodeRestriction"),
        client ->
            assertThatThrownBy(() -> client.create(ConfigMap.RESOURCE, lost))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("namespaces \"nowhere\" not found"));
    with(
        Map.of("--disable-admission-plugins", "NamespaceLifecycle,LimitRanger"),
        client ->
            assertThat(client.create(ConfigMap.RESOURCE, lost).metadata().name()).isEqualTo("a"));
  }

  @Test
  void tellsAdmissionPluginsWhatTheirFileSays() throws Exception {
    Files.writeString(
        directory.resolve("selectors.yaml"),
        "podNodeSelectorPluginConfig: {clusterDefaultNodeSelector: disk=fast}");
    var file =
        Files.writeString(
            directory.resolve("admission.yaml"),
            """
            apiVersion: apiserver.config.k8s.io/v1
            kind: AdmissionConfiguration
            plugins:
            - {name: PodNodeSelector, path: selectors.yaml}
            """);
    var pod =
        Pod.EMPTY
            .withMetadata(named("a"))
            .withSpec(
                PodSpec.EMPTY
                    .withServiceAccountName("default")
                    .withContainers(List.of(Container.EMPTY.withName("c").withImage("busybox"))));

    with(
        Map.of(
            "--enable-admission-plugins",
            "PodNodeSelector",
            "--disable-admission-plugins",
            "ServiceAccount",
            "--admission-control-config-file",
            file.toString()),
        client ->
            assertThat(client.create(Pod.RESOURCE, pod).spec().nodeSelector())
                .isEqualTo(Map.of("disk", "fast")));
  }

  @Test
  void givesServicesWhatTheOptionsSay() throws Exception {
    var wanted =
        Service.EMPTY
            .withMetadata(named("a"))
            .withSpec(
                ServiceSpec.EMPTY
                    .withType("NodePort")
                    .withIpFamilyPolicy("RequireDualStack")
                    .withPorts(List.of(ServicePort.EMPTY.withPort(80))));

    with(
        Map.of(
            "--service-cluster-ip-range", "fd00:7::/112,10.7.0.0/16",
            "--service-node-port-range", "31000-31001"),
        client -> {
          var given = client.create(Service.RESOURCE, wanted).spec();
          assertThat(given.clusterIPs()).hasSize(2);
          assertThat(given.clusterIPs().getFirst()).startsWith("fd00:7::");
          assertThat(given.clusterIPs().getLast()).startsWith("10.7.");
          assertThat(given.ports().getFirst().nodePort()).isBetween(31_000, 31_001);
        });
    assertThatThrownBy(() -> ApiServerChoice.of(Map.of("--service-node-port-range", "9-1")).check())
        .hasMessageContaining("no range of ports: 9-1");
  }

  @Test
  void refusesToKeepEventsForNoTime() {
    ApiServerChoice.of(Map.of("--event-ttl", "30m")).check();
    ApiServerChoice.of(Map.of()).check();

    assertThatThrownBy(() -> ApiServerChoice.of(Map.of("--event-ttl", "0s")).check())
        .hasMessageContaining("--event-ttl takes a time that is longer than none: 0s");
    assertThatThrownBy(() -> ApiServerChoice.of(Map.of("--event-ttl", "soon")).check())
        .hasMessageContaining("--event-ttl: ");
  }

  @Test
  void holdsUntilToldOtherwise() {
    var options = new RememberedOptions(directory.resolve("options"));
    assertThat(options.load()).isEmpty();

    options.save(Map.of("--audit-policy-file", "/etc/policy.yaml", "--anonymous-auth", "false"));

    assertThat(options.load())
        .isEqualTo(Map.of("--audit-policy-file", "/etc/policy.yaml", "--anonymous-auth", "false"));
  }

  @Test
  void putsWhatIsSaidNowOverWhatWasSaidBefore() {
    var former = Map.of("--anonymous-auth", "false", "--audit-log-path", "/var/log/audit");
    var up = new UpCommand();
    new picocli.CommandLine(up)
        .parseArgs(
            "--port=7000",
            "--audit-log-path=",
            "--anonymous-auth=true",
            "--audit-policy-file=policy.yaml",
            "--disable-admission-plugins=LimitRanger,Priority");

    assertThat(up.serverOptions(former))
        .isEqualTo(
            Map.of(
                "--anonymous-auth",
                "true",
                "--audit-policy-file",
                Path.of("policy.yaml").toAbsolutePath().toString(),
                "--disable-admission-plugins",
                "LimitRanger,Priority"));
  }

  @Test
  void tellsItsFlagsAndShowsTheControllersAndTheSchedulerOnTheirOwnPorts() throws Exception {
    int controllers = freePort();
    int scheduler = freePort();
    var choice =
        ApiServerChoice.of(
            Map.of(
                "--anonymous-auth", "false",
                "--controller-manager-secure-port", Integer.toString(controllers),
                "--scheduler-secure-port", Integer.toString(scheduler)));
    var cluster = new ClusterRecord("ports", directory.resolve("data"), 0, freePort(), 1, false);
    try (var running =
        RunningCluster.start(
            cluster, new StoreChoice(), choice, NodesFactory.thisMachine(), _ -> {})) {
      assertThat(ConfigCommand.flags(text(running, cluster.apiPort(), "/flagz")))
          .containsEntry("anonymous-auth", "false")
          .containsEntry("audit-log-maxsize", "100")
          .containsEntry("audit-webhook-config-file", "")
          .containsEntry("scheduler-secure-port", Integer.toString(scheduler));
      assertThat(text(running, cluster.apiPort(), "/metrics"))
          .contains("apiserver_storage_size_bytes{storage_cluster_id=\"etcd-0\"} ");
      assertThat(text(running, controllers, "/healthz")).isEqualTo("ok");
      assertThat(text(running, controllers, "/metrics"))
          .contains(
              "workqueue_adds_total{name=\"deployment\"}",
              "workqueue_depth{name=\"deployment\"}",
              "running_managed_controllers{manager=\"kube-controller-manager\",name=\"deployment",
              "kubernetes_build_info{");
      assertThat(text(running, controllers, "/configz"))
          .startsWith("{\"kubecontrollermanager.config.k8s.io\":");
      assertThat(text(running, scheduler, "/readyz")).isEqualTo("ok");
      assertThat(text(running, scheduler, "/configz"))
          .startsWith("{\"kubescheduler.config.k8s.io\":");
      assertThat(text(running, scheduler, "/statusz")).startsWith("\nkube-scheduler statusz\n");
    }
  }

  /// What the administrator sees on a port of the cluster.
  private String text(RunningCluster running, int port, String path) throws Exception {
    var yaml =
        running.administrator().toYaml().replaceAll("127\\.0\\.0\\.1:[0-9]+", "127.0.0.1:" + port);
    var access = Kubeconfig.parse(yaml, directory).access("test");
    try (var client = new HttpApiClient(access, clock)) {
      return client.text(path);
    }
  }

  private interface Use {
    void of(HttpApiClient client) throws Exception;
  }

  private void with(Map<String, String> options, Use use) throws Exception {
    var cluster = new ClusterRecord("options", directory.resolve("data"), 0, freePort(), 1, false);
    var choice = ApiServerChoice.of(options);
    choice.check();
    try (var running =
            RunningCluster.start(
                cluster, new StoreChoice(), choice, NodesFactory.thisMachine(), _ -> {});
        var client = new HttpApiClient(running.administrator().access("test"), clock)) {
      use.of(client);
    }
  }

  private boolean stored(String text) throws IOException {
    try (var files = Files.walk(directory.resolve("data").resolve("store"))) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
          return true;
        }
      }
    }
    return false;
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content).toString();
  }

  private static ObjectMeta named(String name) {
    return ObjectMeta.EMPTY.withName(name).withNamespace("default");
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
