package io.kubejar.dns;

import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.discovery.v1.Endpoint;
import io.kubejar.api.discovery.v1.EndpointPort;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The names of a cluster and what they stand for, by the Kubernetes DNS specification.
final class ClusterZone {
  /// The version of the specification.
  private static final String SCHEMA_VERSION = "1.1.0";

  private static final String NAME_SERVER = "ns.dns.";
  private static final int WEIGHTS = 100;

  private final DnsConfig config;
  private final ClusterRecords records;
  private final List<String> zone;

  ClusterZone(DnsConfig config, ClusterRecords records) {
    this.config = config;
    this.records = records;
    zone = List.of(config.domain().split("\\.", -1));
  }

  /// What is known about a name.
  ///
  /// @param exists whether the name exists, perhaps with records of other types only
  /// @param elsewhere a name outside that the asker should be led to
  record Found(
      boolean exists,
      List<DnsRecord> answers,
      List<DnsRecord> additionals,
      Optional<String> elsewhere) {
    static final Found NOTHING = new Found(false, List.of(), List.of(), Optional.empty());
    static final Found OTHER_TYPES = new Found(true, List.of(), List.of(), Optional.empty());

    static Found of(List<DnsRecord> answers) {
      return new Found(true, answers, List.of(), Optional.empty());
    }
  }

  boolean contains(Question question) {
    var labels = question.labels();
    int size = labels.size() - zone.size();
    return size >= 0 && labels.subList(size, labels.size()).equals(zone);
  }

  DnsRecord authority() {
    return new DnsRecord(
        config.domain(),
        config.ttlSeconds(),
        new Data.Authority(
            NAME_SERVER + config.domain(),
            "hostmaster." + config.domain(),
            1,
            config.ttlSeconds()));
  }

  /// Looks up a name inside the zone.
  Found find(Question question) {
    var all = question.labels();
    var labels = all.subList(0, all.size() - zone.size());
    if (labels.isEmpty()) {
      return apex(question);
    }
    return switch (labels.getLast()) {
      case "svc" -> service(question, labels.subList(0, labels.size() - 1));
      case "pod" -> pod(question, labels.subList(0, labels.size() - 1));
      case "dns-version" ->
          labels.size() == 1
              ? typed(question, RecordType.TXT, new Data.Text(SCHEMA_VERSION))
              : Found.NOTHING;
      case "dns" -> nameServer(question, labels);
      default -> Found.NOTHING;
    };
  }

  /// The name that belongs to an address of the cluster.
  Optional<Found> findReverse(Question question) {
    var address = Addresses.fromReverse(question.labels());
    if (address.isEmpty()) {
      return Optional.empty();
    }
    var names = new LinkedHashSet<String>();
    records.serviceByAddress(address.get()).ifPresent(service -> names.add(nameOf(service)));
    for (var service : records.servicesByEndpoint(address.get())) {
      for (var target : targets(service)) {
        if (target.address().equals(address.get())) {
          names.add(target.hostname() + "." + nameOf(service));
        }
      }
    }
    if (names.isEmpty()) {
      return Optional.empty();
    }
    if (!question.asksFor(RecordType.PTR)) {
      return Optional.of(Found.OTHER_TYPES);
    }
    return Optional.of(
        Found.of(names.stream().map(name -> answer(question, new Data.Pointer(name))).toList()));
  }

  private Found apex(Question question) {
    var answers = new ArrayList<DnsRecord>();
    if (question.asksFor(RecordType.SOA)) {
      answers.add(answer(question, authority().data()));
    }
    if (question.asksFor(RecordType.NS)) {
      answers.add(answer(question, new Data.NameServer(NAME_SERVER + config.domain())));
    }
    return Found.of(answers);
  }

  private Found nameServer(Question question, List<String> labels) {
    if (labels.size() == 1) {
      return Found.OTHER_TYPES;
    }
    if (labels.size() > 2 || !labels.getFirst().equals("ns")) {
      return Found.NOTHING;
    }
    return Found.of(addresses(question, List.of(config.serviceAddress())));
  }

  private Found pod(Question question, List<String> labels) {
    if (labels.isEmpty()) {
      return Found.OTHER_TYPES;
    }
    if (labels.size() > 2 || !records.namespaceExists(labels.getLast())) {
      return Found.NOTHING;
    }
    if (labels.size() == 1) {
      return Found.OTHER_TYPES;
    }
    return Addresses.fromDashes(labels.getFirst())
        .map(address -> Found.of(addresses(question, List.of(address))))
        .orElse(Found.NOTHING);
  }

  private Found service(Question question, List<String> labels) {
    int size = labels.size();
    if (size == 0) {
      return Found.OTHER_TYPES;
    }
    var namespace = labels.getLast();
    if (size == 1) {
      return records.namespaceExists(namespace) ? Found.OTHER_TYPES : Found.NOTHING;
    }
    var found = records.service(namespace, labels.get(size - 2));
    if (found.isEmpty()) {
      return Found.NOTHING;
    }
    var service = found.get();
    if (service.spec().type().equals("ExternalName")) {
      return size == 2 ? alias(question, service) : Found.NOTHING;
    }
    boolean headless = service.spec().clusterIP().equals("None");
    return switch (size) {
      case 2 -> whole(question, service, headless);
      case 3 -> headless ? endpoint(question, service, labels.getFirst()) : Found.NOTHING;
      case 4 -> port(question, service, labels.get(0), labels.get(1));
      default -> Found.NOTHING;
    };
  }

  private Found alias(Question question, Service service) {
    var target = service.spec().externalName();
    var plain = target.endsWith(".") ? target.substring(0, target.length() - 1) : target;
    var alias = answer(question, new Data.Alias(plain));
    return new Found(true, List.of(alias), List.of(), Optional.of(plain));
  }

  private Found whole(Question question, Service service, boolean headless) {
    if (question.type() == RecordType.SRV) {
      return locations(question, service, _ -> true);
    }
    if (!headless) {
      var addresses =
          ClusterRecords.clusterAddresses(service).stream().map(Addresses::parse).toList();
      return Found.of(addresses(question, addresses));
    }
    var targets = targets(service);
    // A headless Service without endpoints has no name at all, so that clients notice.
    return targets.isEmpty()
        ? Found.NOTHING
        : Found.of(addresses(question, targets.stream().map(Target::address).distinct().toList()));
  }

  private Found endpoint(Question question, Service service, String hostname) {
    var matching =
        targets(service).stream()
            .filter(target -> target.hostname().equals(hostname))
            .map(Target::address)
            .distinct()
            .toList();
    return matching.isEmpty() ? Found.NOTHING : Found.of(addresses(question, matching));
  }

  private Found port(Question question, Service service, String port, String protocol) {
    if (!port.startsWith("_") || !protocol.startsWith("_")) {
      return Found.NOTHING;
    }
    var name = port.substring(1);
    var wanted = protocol.substring(1);
    var located =
        locations(
            new Question(question.name(), RecordType.SRV),
            service,
            candidate ->
                candidate.name().equals(name) && candidate.protocol().equalsIgnoreCase(wanted));
    if (located.answers().isEmpty()) {
      return Found.NOTHING;
    }
    return question.asksFor(RecordType.SRV) ? located : Found.OTHER_TYPES;
  }

  /// A port of a Service or of an endpoint.
  private record NamedPort(String name, String protocol, int number) {
    static NamedPort of(ServicePort port) {
      return new NamedPort(port.name(), orTcp(port.protocol()), port.port());
    }

    static Optional<NamedPort> of(EndpointPort port) {
      var number = port.port();
      return number == null
          ? Optional.empty()
          : Optional.of(
              new NamedPort(
                  Objects.requireNonNullElse(port.name(), ""), orTcp(port.protocol()), number));
    }

    private static String orTcp(@Nullable String protocol) {
      return protocol == null || protocol.isEmpty() ? "TCP" : protocol;
    }
  }

  private Found locations(Question question, Service service, Predicate<NamedPort> wanted) {
    var name = nameOf(service);
    var found = new LinkedHashSet<Data.ServiceLocation>();
    var hints = new LinkedHashSet<DnsRecord>();
    if (service.spec().clusterIP().equals("None")) {
      for (var target : targets(service)) {
        var host = target.hostname() + "." + name;
        target.ports().stream()
            .filter(wanted)
            .forEach(port -> found.add(new Data.ServiceLocation(0, 0, port.number(), host)));
        if (target.ports().stream().anyMatch(wanted)) {
          hints.add(new DnsRecord(host, config.ttlSeconds(), new Data.Address(target.address())));
        }
      }
    } else {
      service.spec().ports().stream()
          .map(NamedPort::of)
          .filter(wanted)
          .forEach(port -> found.add(new Data.ServiceLocation(0, 0, port.number(), name)));
      ClusterRecords.clusterAddresses(service).stream()
          .map(address -> new Data.Address(Addresses.parse(address)))
          .forEach(address -> hints.add(new DnsRecord(name, config.ttlSeconds(), address)));
    }
    int weight = found.isEmpty() ? 0 : Math.max(1, WEIGHTS / found.size());
    var answers =
        found.stream()
            .map(
                each ->
                    answer(
                        question, new Data.ServiceLocation(0, weight, each.port(), each.target())))
            .toList();
    return new Found(
        true, answers, answers.isEmpty() ? List.of() : List.copyOf(hints), Optional.empty());
  }

  /// An endpoint with a name of its own.
  private record Target(String hostname, InetAddress address, List<NamedPort> ports) {}

  private List<Target> targets(Service service) {
    var targets = new ArrayList<Target>();
    for (var slice : records.slices(service)) {
      if (slice.addressType().equals("FQDN")) {
        continue;
      }
      var ports = slice.ports().stream().flatMap(port -> NamedPort.of(port).stream()).toList();
      for (var endpoint : slice.endpoints()) {
        if (isUsable(endpoint, service)) {
          addTargets(endpoint, ports, targets);
        }
      }
    }
    return targets;
  }

  private static void addTargets(Endpoint endpoint, List<NamedPort> ports, List<Target> targets) {
    for (var text : endpoint.addresses()) {
      var address = Addresses.parse(text);
      var hostname = endpoint.hostname();
      targets.add(
          new Target(
              hostname == null || hostname.isEmpty()
                  ? Addresses.toDashes(text)
                  : hostname.toLowerCase(Locale.ROOT),
              address,
              ports));
    }
  }

  private static boolean isUsable(Endpoint endpoint, Service service) {
    return service.spec().publishNotReadyAddresses()
        || !Boolean.FALSE.equals(endpoint.conditions().ready());
  }

  private List<DnsRecord> addresses(Question question, List<InetAddress> addresses) {
    return addresses.stream()
        .map(Data.Address::new)
        .filter(address -> question.asksFor(address.type()))
        .map(address -> answer(question, address))
        .toList();
  }

  private Found typed(Question question, int type, Data data) {
    return question.asksFor(type) ? Found.of(List.of(answer(question, data))) : Found.OTHER_TYPES;
  }

  private DnsRecord answer(Question question, Data data) {
    return new DnsRecord(question.name(), config.ttlSeconds(), data);
  }

  private String nameOf(Service service) {
    return "%s.%s.svc.%s"
        .formatted(service.metadata().name(), service.metadata().namespace(), config.domain());
  }
}
