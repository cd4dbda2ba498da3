package io.kubejar.apiserver.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.BuiltInResources;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.flowcontrol.v1.FlowSchema;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.Yaml;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class TablesTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  static Stream<ResourceType<?>> listed() {
    return BuiltInResources.all().stream().filter(type -> type.allows("list"));
  }

  /// An object in which nothing is set must not be what breaks a list.
  @ParameterizedTest
  @MethodSource("listed")
  void everyKindHasACellPerColumnEvenWhenNothingIsSet(ResourceType<?> type) {
    assertThat(rowOfNothing(type)).isNotEmpty();
  }

  private static <T extends KubernetesObject> Iterable<Object> rowOfNothing(ResourceType<T> type) {
    return Tables.of(type).row(type.codec().fromTree(JsonParser.parse("{}")), NOW);
  }

  @Test
  void aRunningPodTellsItsStory() {
    var pod =
        pod(
            """
            {"metadata":{"name":"web","creationTimestamp":"2026-01-02T02:59:05Z"},
             "spec":{"nodeName":"vm","containers":[{"name":"a"},{"name":"b"}]},
             "status":{"phase":"Running","podIPs":[{"ip":"10.0.0.9"}],"containerStatuses":[
              {"name":"a","ready":true,"restartCount":2,"state":{"running":{}},
               "lastState":{"terminated":{"finishedAt":"2026-01-02T03:03:05Z"}}},
              {"name":"b","ready":false,"state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}}\
            """);

    assertThat(PodCells.of(pod, NOW))
        .containsExactly(
            "web",
            "1/2",
            "CrashLoopBackOff",
            "2 (60s ago)",
            "5m",
            "10.0.0.9",
            "vm",
            "<none>",
            "<none>");
  }

  @Test
  void initContainersComeFirst() {
    var pod =
        pod(
            """
            {"metadata":{"name":"web"},"spec":{"initContainers":[{"name":"i"},{"name":"j"}],"containers":[{"name":"a"}]},
             "status":{"phase":"Pending","initContainerStatuses":[
              {"name":"i","state":{"terminated":{"exitCode":0}}},
              {"name":"j","state":{"running":{}}}]}}\
            """);

    assertThat(PodCells.of(pod, NOW).subList(1, 3)).containsExactly("0/1", "Init:1/2");
  }

  @Test
  void aDeletedPodIsTerminatingUntilItHasEnded() {
    var deleted = "\"deletionTimestamp\":\"2026-01-02T03:04:00Z\"";

    assertThat(
            PodCells.of(
                pod("{\"metadata\":{" + deleted + "},\"status\":{\"phase\":\"Running\"}}"), NOW))
        .contains("Terminating");
    assertThat(
            PodCells.of(
                pod("{\"metadata\":{" + deleted + "},\"status\":{\"phase\":\"Succeeded\"}}"), NOW))
        .contains("Succeeded");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {status: {phase: Pending, conditions: [{type: PodScheduled, reason: SchedulingGated}]}} | 0/0 SchedulingGated 0
          {status: {phase: Failed, reason: Evicted}} | 0/0 Evicted 0
          {metadata: {deletionTimestamp: '2026-01-02T03:04:00Z'}, status: {phase: Running, reason: NodeLost}} | 0/0 Unknown 0
          {spec: {initContainers: [{name: s, restartPolicy: Always}], containers: [{name: a}]}, status: {phase: Running, initContainerStatuses: [{name: s, started: true, ready: true, restartCount: 3, state: {running: {}}}], containerStatuses: [{name: a, ready: true, state: {running: {}}}]}} | 2/2 Running 3
          {spec: {initContainers: [{name: i}], containers: [{name: a}]}, status: {phase: Pending, initContainerStatuses: [{name: i, restartCount: 2, state: {terminated: {exitCode: 3}}}]}} | 0/1 Init:ExitCode:3 2
          {spec: {initContainers: [{name: i}], containers: [{name: a}]}, status: {phase: Pending, initContainerStatuses: [{name: i, state: {terminated: {exitCode: 137, signal: 9}}}]}} | 0/1 Init:Signal:9 0
          {spec: {initContainers: [{name: i}], containers: [{name: a}]}, status: {phase: Pending, initContainerStatuses: [{name: i, state: {waiting: {reason: CrashLoopBackOff}}}]}} | 0/1 Init:CrashLoopBackOff 0
          {spec: {containers: [{name: a}, {name: b}]}, status: {phase: Running, conditions: [{type: Ready, status: 'True'}], containerStatuses: [{name: a, state: {terminated: {reason: Completed}}}, {name: b, ready: true, state: {running: {}}}]}} | 1/2 Running 0
          {spec: {containers: [{name: a}, {name: b}]}, status: {phase: Running, containerStatuses: [{name: a, state: {terminated: {reason: Completed}}}, {name: b, ready: true, state: {running: {}}}]}} | 1/2 NotReady 0
          {spec: {containers: [{name: a}]}, status: {phase: Failed, containerStatuses: [{name: a, restartCount: 1, state: {terminated: {exitCode: 2}}}]}} | 0/1 ExitCode:2 1
          """)
  void podsTellWhatTheyAreDoing(String yaml, String told) {
    var cells = PodCells.of(Pod.CODEC.fromTree(Yaml.parse(yaml)), NOW);

    assertThat(cells.get(1) + " " + cells.get(2) + " " + cells.get(3)).isEqualTo(told);
  }

  @Test
  void flowSchemasStandInTheOrderInWhichTheyAreAsked() {
    var schemas =
        Stream.of(
                "{metadata: {name: b}, spec: {matchingPrecedence: 5}}",
                "{metadata: {name: c}, spec: {matchingPrecedence: 1}}",
                "{metadata: {name: a}, spec: {matchingPrecedence: 5}}")
            .map(yaml -> FlowSchema.CODEC.fromTree(Yaml.parse(yaml)))
            .toList();

    assertThat(Tables.of(FlowSchema.RESOURCE).ordered(schemas))
        .extracting(it -> it.metadata().name())
        .containsExactly("c", "a", "b");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "119, 119s",
    "120, 2m",
    "599, 9m59s",
    "600, 10m",
    "10799, 179m",
    "10800, 3h",
    "28799, 7h59m",
    "28800, 8h",
    "172799, 47h",
    "172800, 2d",
    "691199, 7d23h",
    "691200, 8d",
    "63072000, 2y",
  })
  void agesAreSaidInTheLargestUnitsThatTellSomething(long seconds, String said) {
    assertThat(Ages.human(Duration.ofSeconds(seconds))).isEqualTo(said);
  }

  private static Pod pod(String json) {
    return Pod.CODEC.fromTree(JsonParser.parse(json));
  }
}
