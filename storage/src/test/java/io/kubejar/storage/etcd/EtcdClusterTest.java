package io.kubejar.storage.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.storage.Event;
import io.kubejar.storage.EventLog;
import io.kubejar.storage.ModelEntries;
import io.kubejar.storage.RangeRequest;
import io.kubejar.storage.RecordedClients;
import io.kubejar.storage.Transaction;
import io.kubejar.storage.UnavailableException;
import io.kubejar.storage.Value;
import io.kubejar.storage.WatchRequest;
import io.kubejar.storage.Write;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three real members, some of which die.
class EtcdClusterTest {
  @TempDir private Path directory;
  private List<EtcdServer> members = new ArrayList<>();

  @BeforeEach
  void startMembers() throws IOException {
    EtcdServer.assumeInstalled();
    members = EtcdServer.cluster(directory, 3);
  }

  @AfterEach
  void stopMembers() throws InterruptedException {
    for (var member : members) {
      member.kill();
    }
  }

  private EtcdStore connect() throws IOException {
    return EtcdStore.connect(options(), InstantSource.system());
  }

  private EtcdOptions options() {
    return EtcdOptions.of(members.stream().map(EtcdServer::endpoint).toArray(String[]::new));
  }

  /// Each member dies once, the leader among them, while clients write and a watch is open.
  @Test
  void clientsAndWatchesSurviveTheDeathOfEveryMemberInTurn() throws Exception {
    try (var store = connect()) {
      var log = new EventLog();
      long start = store.revision();
      try (var _ = store.watch(WatchRequest.from("/k/", start + 1), log)) {
        var clients = new RecordedClients(store, "/k/");
        clients.start(6, Integer.MAX_VALUE, 1);
        for (var member : members) {
          clients.awaitOperations(clients.operations() + 100);
          member.kill();
          clients.awaitOperations(clients.operations() + 100);
          member.start();
        }
        clients.awaitOperations(clients.operations() + 100);
        clients.stop();
        clients.assertLinearizable();

        long last = store.commit(Transaction.of(new Write.Put("/k/end", Value.EMPTY))).revision();
        log.awaitRevision(last);
      }
      var model = new ModelEntries();
      log.events().forEach(model::apply);
      assertThat(model.entries()).isEqualTo(store.range(RangeRequest.prefix("/k/")).entries());
    }
  }

  /// 13766, 14370: members that crashed under load came back with other revisions, or without
  /// acknowledged writes.
  @Test
  void everythingAcknowledgedIsThereAfterAllMembersWereKilled() throws Exception {
    var revisions = new ArrayList<Long>();
    try (var store = connect()) {
      for (int i = 0; i < 100; i++) {
        var result = store.commit(Transaction.create("/k/" + i, Value.of("value " + i)));
        revisions.add(result.revision());
      }
      for (var member : members) {
        member.kill();
      }
      try (var impatient = EtcdStore.connect(options(), InstantSource.system(), 3)) {
        assertThatThrownBy(() -> impatient.get("/k/1")).isInstanceOf(UnavailableException.class);
      }
      for (var member : members) {
        member.start();
      }
      awaitAvailable(store);
      for (int i = 0; i < 100; i++) {
        var entry = store.get("/k/" + i).entry().orElseThrow();
        assertThat(entry.value()).isEqualTo(Value.of("value " + i));
        assertThat(entry.modRevision()).isEqualTo(revisions.get(i));
      }
      assertThat(store.revision()).isEqualTo(revisions.getLast());
    }
  }

  @Test
  void aMemberThatSaysNothingIsLeftBehind() throws Exception {
    try (var store = connect()) {
      var log = new EventLog();
      try (var _ = store.watch(WatchRequest.from("/k/", store.revision() + 1), log)) {
        store.commit(Transaction.create("/k/before", Value.EMPTY));
        log.awaitEvents(1);
        members.getFirst().freeze();

        assertThat(store.get("/k/before").entry()).isPresent();
        store.commit(Transaction.create("/k/after", Value.EMPTY));
        log.awaitEvents(2);
        members.getFirst().thaw();
        store.commit(Transaction.create("/k/end", Value.EMPTY));
        log.awaitEvents(3);
      }
      assertThat(log.events())
          .extracting(Event::key)
          .containsExactly("/k/before", "/k/after", "/k/end");
    }
  }

  @Test
  void aPresenceOutlivesItsTimeAndItsMemberAndEndsWhenClosed() throws Exception {
    var timeToLive = Duration.ofSeconds(3);
    try (var store = connect()) {
      var log = new EventLog();
      var presence = store.keep("/present/me", Value.of("here"), timeToLive);
      long created = store.get("/present/me").entry().orElseThrow().createRevision();
      try (var _ = store.watch(WatchRequest.from("/", created), log)) {
        members.getFirst().kill();
        // A key with the same time to live that nobody keeps: when it goes away, time has passed.
        for (int i = 0; i < 2; i++) {
          var other = "/not-kept/" + i;
          store.commit(Transaction.create(other, Value.EMPTY, timeToLive));
          log.awaitEvents(3 + 2 * i);
        }
        assertThat(store.get("/present/me").entry().orElseThrow().version()).isEqualTo(1);

        presence.close();
        log.awaitEvents(6);
      }
      assertThat(log.events().getLast()).isInstanceOf(Event.Deleted.class);
      assertThat(log.events().getLast().key()).isEqualTo("/present/me");
    }
  }

  private static void awaitAvailable(EtcdStore store) throws InterruptedException {
    for (int attempt = 0; ; attempt++) {
      try {
        store.revision();
        return;
      } catch (UnavailableException e) {
        if (attempt == 3) {
          throw e;
        }
      }
    }
  }
}
