package io.kubejar.dns;

import io.kubejar.client.Informers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;

/// Turns a message that came in into the message to send back. Safe for use by many threads.
public final class Resolver {
  private final ClusterRecords records;
  private final ClusterZone zone;
  private final Upstream upstream;
  private final Random order;

  Resolver(DnsConfig config, ClusterRecords records, Upstream upstream, RandomGenerator random) {
    this.records = records;
    this.upstream = upstream;
    zone = new ClusterZone(config, records);
    order = Random.from(random);
  }

  /// A resolver over the Services of a cluster.
  ///
  /// @param random unguessable, and safe for use by many threads
  public static Resolver of(DnsConfig config, Informers informers, RandomGenerator random) {
    return new Resolver(
        config, new ClusterRecords(informers), new Forwarder(config.upstreams(), random), random);
  }

  /// Whether the cluster's names are known yet.
  public boolean ready() {
    return records.synced();
  }

  /// The answer to a message. Empty if it deserves none.
  ///
  /// @param reliably whether it came over TCP, so that the answer may have any size
  Optional<byte[]> answer(byte[] message, boolean reliably) throws IOException {
    return switch (QueryReader.read(message)) {
      case QueryReader.Result.Noise() -> Optional.empty();
      case QueryReader.Result.Refused(var code) -> Optional.of(AnswerWriter.refusal(message, code));
      case QueryReader.Result.Understood(var query) -> Optional.of(answer(query, reliably));
    };
  }

  /// Whether answering may take long, because somebody else must be asked.
  boolean asksElsewhere(byte[] message) {
    return QueryReader.read(message) instanceof QueryReader.Result.Understood(var query)
        && !zone.contains(query.question());
  }

  private byte[] answer(Query query, boolean reliably) throws IOException {
    if (query.ednsVersion() > 0) {
      return written(query, Answer.failure(ResponseCode.BAD_VERSION), reliably);
    }
    if (!query.ofInternet()) {
      return written(query, Answer.failure(ResponseCode.NOT_IMPLEMENTED), reliably);
    }
    if (zone.contains(query.question())) {
      return written(query, fromCluster(query, reliably), reliably);
    }
    var reverse =
        records.synced() ? zone.findReverse(query.question()) : Optional.<ClusterZone.Found>empty();
    if (reverse.isPresent()) {
      return written(query, found(reverse.get(), List.of()), reliably);
    }
    return upstream
        .ask(query.message(), reliably)
        .orElseGet(() -> written(query, Answer.failure(ResponseCode.SERVER_FAILURE), reliably));
  }

  private Answer fromCluster(Query query, boolean reliably) throws IOException {
    if (!records.synced()) {
      return Answer.failure(ResponseCode.SERVER_FAILURE);
    }
    var found = zone.find(query.question());
    var elsewhere = found.elsewhere();
    boolean wantsAddress =
        query.question().type() == RecordType.A || query.question().type() == RecordType.AAAA;
    if (elsewhere.isEmpty() || !wantsAddress) {
      return found(found, List.of());
    }
    return found(found, addressesOf(elsewhere.get(), query, reliably));
  }

  /// The addresses behind an alias, so that the asker need not come again.
  private List<DnsRecord> addressesOf(String name, Query query, boolean reliably)
      throws IOException {
    var question = new Question(name, query.question().type());
    if (zone.contains(question)) {
      return zone.find(question)
          .answers(); // One step only: aliases of aliases could go in circles.
    }
    var answer = upstream.ask(QueryWriter.query(query.id(), question), reliably);
    return answer.isEmpty() ? List.of() : AddressReader.addresses(answer.get(), question);
  }

  private Answer found(ClusterZone.Found found, List<DnsRecord> behindAlias) {
    if (found.answers().isEmpty()) {
      return new Answer(
          found.exists() ? ResponseCode.OK : ResponseCode.NO_SUCH_NAME,
          List.of(),
          List.of(zone.authority()),
          List.of());
    }
    var answers = new ArrayList<>(found.answers());
    Collections.shuffle(answers, order); // Clients take the first: give each its turn.
    answers.addAll(behindAlias);
    return new Answer(ResponseCode.OK, answers, List.of(), found.additionals());
  }

  private static byte[] written(Query query, Answer answer, boolean reliably) {
    return reliably ? AnswerWriter.forTcp(query, answer) : AnswerWriter.forUdp(query, answer);
  }
}
