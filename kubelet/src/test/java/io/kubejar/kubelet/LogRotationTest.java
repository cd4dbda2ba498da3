package io.kubejar.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.cri.CriClient;
import io.kubejar.kubelet.log.LogRotation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Logs that a real containerd writes while they are put aside.
class LogRotationTest {
  @TempDir Path directory;
  private TestNode node = new TestNode(Path.of("/"));

  @BeforeEach
  void startNode() throws Exception {
    TestNode.assumePossible();
    node = new TestNode(directory);
    node.start();
  }

  @AfterEach
  void leaveNothing() throws Exception {
    if (Files.exists(directory.resolve("c"))) {
      node.close();
    }
  }

  @Test
  void putsLargeLogsAsideCompressesTheOlderAndRemovesTheOldest() throws Exception {
    node.create(
        TestNode.pod(
            "talker",
            TestNode.container(
                "main",
                "sh",
                "-c",
                "i=0; while :; do i=$((i+1)); echo line $i; sleep 0.02; done")));
    var pod = node.awaitPod("talker", TestNode::ready);
    String id =
        pod.status().containerStatuses().getFirst().containerID().replace("containerd://", "");
    var log = log(pod);
    node.awaitText(log, "line 3\n");
    try (var cri = CriClient.connect(node.options.runtimeSocket())) {
      var patient = new LogRotation(cri, node.clock, new LogRotation.Limits(1 << 20, 3));
      assertThat(patient.rotate(id, log)).isFalse();

      var rotation = new LogRotation(cri, node.clock, new LogRotation.Limits(1, 3));
      for (int round = 0; round < 4; round++) {
        assertThat(rotation.rotate(id, log)).isTrue();
        node.awaitText(log, "stdout F line");
        node.clock.advance(Duration.ofMinutes(1));
      }
    }

    var files = files(log);
    assertThat(files).hasSize(3);
    assertThat(files.get(0)).isEqualTo(log);
    assertThat(files.get(1).toString()).matches(".*/0\\.log\\.\\d{8}-\\d{6}\\.gz");
    assertThat(files.get(2).toString()).matches(".*/0\\.log\\.\\d{8}-\\d{6}");
    assertThat(lastNumber(unpacked(files.get(1))) + 1)
        .isEqualTo(firstNumber(Files.readString(files.get(2))));
    assertThat(lastNumber(Files.readString(files.get(2))) + 1)
        .isEqualTo(firstNumber(Files.readString(log)));

    LogRotation.remove(log);
    assertThat(files(log)).isEmpty();
  }

  private Path log(Pod pod) {
    return node.options
        .podLogDirectory("default", "talker", pod.metadata().uid())
        .resolve("main/0.log");
  }

  private static List<Path> files(Path log) throws IOException {
    try (var all = Files.list(log.resolveSibling("."))) {
      return all.map(Path::normalize).sorted().toList();
    }
  }

  private static String unpacked(Path file) throws IOException {
    try (var in = new GZIPInputStream(Files.newInputStream(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static int firstNumber(String log) {
    return number(log.lines().findFirst().orElseThrow());
  }

  private static int lastNumber(String log) {
    return number(log.lines().toList().getLast());
  }

  private static int number(String line) {
    return Integer.parseInt(line.replaceAll(".*line ", ""));
  }
}
