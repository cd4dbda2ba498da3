package io.kubejar.apiserver.identity;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.api.coordination.v1.LeaseSpec;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.apiserver.ApiServer;
import io.kubejar.apiserver.ApiServerOptions;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.local.LocalApi;
import io.kubejar.apiserver.verbs.ReadOptions;
import io.kubejar.storage.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The Lease by which an API server is known among others.
class IdentityLeaseTest {
  /// What `printf '\0\5alpha\0\16kube-apiserver' | sha256sum` begins with, in base 32.
  private static final String ALPHA = "apiserver-ro2kfczivhfiwjcpi2lxy67qra";

  private final VirtualClock clock = new VirtualClock();
  private final MemoryStore store = new MemoryStore(clock);
  private ApiServer server;
  private LocalApi admin;

  @BeforeEach
  void start() throws Exception {
    server = server();
    admin = server.api(UserInfo.of("admin", UserInfo.MASTERS_GROUP), "test");
  }

  private ApiServer server() throws InterruptedException {
    var options = ApiServerOptions.of(store, clock, new Random(1)).withHostname("alpha");
    var started = new ApiServer(options);
    started.start();
    return started;
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Steppable part(String name) {
    return requireNonNull(server.parts().get("apiserver/" + name));
  }

  private static void run(Steppable part) throws InterruptedException {
    while (part.step()) {
      // Until it has nothing to do.
    }
  }

  private List<Lease> leases() throws InterruptedException {
    return admin.list(Lease.RESOURCE, ReadOptions.of("kube-system", "", "")).items();
  }

  @Test
  void tellsWhichServerRunsWhere() throws Exception {
    server.publish("10.0.0.1", 6443);
    run(part("identity"));

    var lease = leases().getFirst();
    assertThat(lease.metadata().name()).isEqualTo(ALPHA);
    assertThat(lease.metadata().labels())
        .isEqualTo(
            Map.of(
                "apiserver.kubernetes.io/identity", "kube-apiserver",
                "kubernetes.io/hostname", "alpha"));
    assertThat(lease.metadata().annotations())
        .isEqualTo(Map.of("kubernetes.io/peer-advertise-address", "10.0.0.1:6443"));
    assertThat(lease.spec().holderIdentity()).matches(ALPHA + "_[0-9a-f]{8}(-[0-9a-f]{4,12}){4}");
    assertThat(lease.spec().leaseDurationSeconds()).isEqualTo(3600);
    assertThat(lease.spec().renewTime()).isEqualTo(VirtualClock.START);
    assertThat(lease.spec().acquireTime()).isNull();
  }

  @Test
  void isRenewedEveryTenSecondsAndComesBackIfItIsLost() throws Exception {
    run(part("identity"));
    var holder = leases().getFirst().spec().holderIdentity();
    clock.advance(Duration.ofMillis(10_400));
    run(part("identity"));

    assertThat(leases().getFirst().spec().renewTime()).isEqualTo(clock.instant());
    assertThat(part("identity").step()).isFalse();

    delete(ALPHA);
    clock.advance(Duration.ofMillis(10_400));
    run(part("identity"));
    assertThat(leases()).hasSize(1);
    assertThat(leases().getFirst().spec().holderIdentity()).isEqualTo(holder);
  }

  private void delete(String name) throws InterruptedException {
    admin.delete(
        Lease.RESOURCE,
        new ObjectKey("kube-system", name),
        io.kubejar.apimachinery.meta.v1.DeleteOptions.EMPTY);
  }

  @Test
  void goesWhenTheServerDoesAndIsNotTakenOverFromOneThatCrashed() throws Exception {
    run(part("identity"));
    var crashed = leases().getFirst().spec().holderIdentity();
    server.close();
    server = server();
    assertThat(leasesIn(store)).isZero();
    run(part("identity"));
    assertThat(leasesIn(store)).isOne();
    assertThat(crashed).startsWith(ALPHA);

    server.retire();
    clock.advance(Duration.ofSeconds(11));
    run(part("identity"));

    assertThat(leasesIn(store)).isZero();
  }

  private static long leasesIn(MemoryStore store) throws InterruptedException {
    return store
        .range(io.kubejar.storage.RangeRequest.prefix("/registry/leases/kube-system/"))
        .entries()
        .size();
  }

  @Test
  void isRemovedByOthersAnHourAfterItsServerWasLastSeen() throws Exception {
    run(part("expiredservers")); // At the start, then every hour.
    server("gone", "kube-apiserver", 3600);
    server("unclear", "kube-apiserver", null);
    server("another", "kube-controller-manager", null);
    run(part("identity"));
    clock.advance(Duration.ofMinutes(59));
    run(part("expiredservers"));
    assertThat(leases()).hasSize(4);

    clock.advance(Duration.ofMinutes(1).plusSeconds(1));
    run(part("identity"));
    run(part("expiredservers"));

    assertThat(leases())
        .extracting(lease -> lease.metadata().name())
        .containsExactlyInAnyOrder("another", ALPHA);
  }

  private void server(String name, String component, @Nullable Integer seconds)
      throws InterruptedException {
    var metadata =
        ObjectMeta.EMPTY
            .withName(name)
            .withNamespace("kube-system")
            .withLabels(Map.of("apiserver.kubernetes.io/identity", component));
    var spec =
        LeaseSpec.EMPTY
            .withHolderIdentity(name)
            .withLeaseDurationSeconds(seconds)
            .withRenewTime(seconds == null ? null : clock.instant());
    admin.create(Lease.RESOURCE, Lease.EMPTY.withMetadata(metadata).withSpec(spec));
  }
}
