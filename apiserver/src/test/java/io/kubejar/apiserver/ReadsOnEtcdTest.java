package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ObjectList;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.local.LocalApi;
import io.kubejar.apiserver.verbs.ReadOptions;
import io.kubejar.storage.etcd.EtcdOptions;
import io.kubejar.storage.etcd.EtcdStore;
import java.io.File;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Two servers on one etcd: what one has acknowledged, the other shows, and from memory.
@Timeout(120)
class ReadsOnEtcdTest {
  private static final RealClock clock = new RealClock();

  @TempDir private static Path directory;

  private static Process etcd;
  private static CountingStore storeOfFirst;
  private static CountingStore storeOfSecond;
  private static ApiServer one;
  private static ApiServer two;
  private static LocalApi first;
  private static LocalApi second;

  @BeforeAll
  static void start() throws Exception {
    Assumptions.assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(it -> Files.isExecutable(Path.of(it, "etcd"))),
        "needs etcd on the PATH (Debian: etcd-server)");
    var endpoint = "127.0.0.1:" + freePort();
    var peer = "http://127.0.0.1:" + freePort();
    etcd =
        new ProcessBuilder(
                "etcd",
                "--data-dir=" + directory.resolve("data"),
                "--listen-client-urls=http://" + endpoint,
                "--advertise-client-urls=http://" + endpoint,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=default=" + peer)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    var options = EtcdOptions.of(endpoint);
    storeOfFirst = new CountingStore(EtcdStore.connect(options, clock), new AtomicInteger());
    storeOfSecond = new CountingStore(EtcdStore.connect(options, clock), new AtomicInteger());
    one = new ApiServer(ApiServerOptions.of(storeOfFirst, clock, new Random(1)));
    one.start();
    two = new ApiServer(ApiServerOptions.of(storeOfSecond, clock, new Random(2)));
    two.start();
    first = one.api(UserInfo.of("admin", UserInfo.MASTERS_GROUP), "test");
    second = two.api(UserInfo.of("admin", UserInfo.MASTERS_GROUP), "test");
  }

  private static int freePort() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @AfterAll
  static void stop() throws Exception {
    if (one != null && two != null) {
      one.close();
      two.close();
      storeOfFirst.real().close();
      storeOfSecond.real().close();
    }
    if (etcd != null) {
      etcd.destroyForcibly().waitFor();
    }
    clock.close();
  }

  private static void create(LocalApi api, String namespace, String name) throws Exception {
    var metadata = ObjectMeta.EMPTY.withNamespace(namespace).withName(name);
    api.create(ConfigMap.RESOURCE, ConfigMap.EMPTY.withMetadata(metadata));
  }

  private static ObjectList<ConfigMap> list(LocalApi api, ReadOptions options) throws Exception {
    return api.list(ConfigMap.RESOURCE, options);
  }

  private static List<String> names(ObjectList<ConfigMap> list) {
    return list.items().stream().map(map -> map.metadata().name()).toList();
  }

  /// Each time the second server has to catch up with a write that it has not made itself.
  @Test
  void showsAtOnceWhatAnotherServerHasAcknowledged() throws Exception {
    storeOfSecond.ranges().set(0);
    for (int i = 0; i < 50; i++) {
      create(first, "default", "m%02d".formatted(i));

      assertThat(names(list(second, ReadOptions.of("default", "", ""))))
          .contains("m%02d".formatted(i));
    }
    assertThat(storeOfSecond.ranges()).hasValue(0);
  }

  @Test
  void goesOnWithAListThatAnotherServerBegan() throws Exception {
    for (var name : List.of("a", "b", "c", "d")) {
      create(first, "kube-public", name);
    }
    storeOfSecond.ranges().set(0);
    var in = ReadOptions.of("kube-public", "", "");
    var begin = list(first, in.withPage(2, ""));
    first.delete(ConfigMap.RESOURCE, new ObjectKey("kube-public", "c"), DeleteOptions.EMPTY);
    create(first, "kube-public", "bb");
    var rest = list(second, in.withPage(2, begin.continueToken()));

    assertThat(names(begin)).containsExactly("a", "b");
    assertThat(names(rest)).containsExactly("c", "d");
    assertThat(rest.resourceVersion()).isEqualTo(begin.resourceVersion());
    assertThat(names(list(second, in))).containsExactly("a", "b", "bb", "d");
    assertThat(storeOfSecond.ranges()).hasValue(0);
  }
}
