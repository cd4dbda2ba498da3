package io.kubejar.apiserver.table;

import static io.kubejar.apiserver.table.Column.AGE;
import static io.kubejar.apiserver.table.Column.NAME;
import static io.kubejar.apiserver.table.Column.count;
import static io.kubejar.apiserver.table.Column.flag;
import static io.kubejar.apiserver.table.Column.number;
import static io.kubejar.apiserver.table.Column.text;
import static io.kubejar.apiserver.table.Column.wide;

import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.api.core.v1.ComponentStatus;
import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Event;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.ResourceQuota;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.api.node.v1.RuntimeClass;
import io.kubejar.api.policy.v1.PodDisruptionBudget;
import io.kubejar.api.scheduling.v1.PriorityClass;
import io.kubejar.apimachinery.Quantity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Tables of nodes, namespaces, events and of what holds settings.
final class ClusterTables {
  private static final String ROLE_PREFIX = "node-role.kubernetes.io/";

  private ClusterTables() {}

  static final TableView<Node> NODE =
      new TableView<>(
          List.of(
              NAME,
              text("Status", "whether the node takes pods"),
              text("Roles", "what the node is for"),
              AGE,
              text("Version", "its kubelet's version"),
              wide("Internal-IP", "its address inside"),
              wide("External-IP", "its address outside"),
              wide("OS-Image", "its operating system"),
              wide("Kernel-Version", "its kernel"),
              wide("Container-Runtime", "what runs its containers")),
          (node, now) ->
              List.of(
                  node.metadata().name(),
                  nodeStatus(node),
                  nodeRoles(node),
                  Ages.of(node, now),
                  node.status().nodeInfo().kubeletVersion(),
                  address(node, "InternalIP"),
                  address(node, "ExternalIP"),
                  orUnknown(node.status().nodeInfo().osImage()),
                  orUnknown(node.status().nodeInfo().kernelVersion()),
                  orUnknown(node.status().nodeInfo().containerRuntimeVersion())));

  static final TableView<Event> EVENT =
      new TableView<>(
          List.of(
              text("Last Seen", "time since it happened last"),
              text("Type", "Normal or Warning"),
              text("Reason", "what happened, in one word"),
              text("Object", "what it happened to"),
              wide("Subobject", "which part of the object"),
              wide("Source", "who saw it"),
              text("Message", "what happened"),
              wide("First Seen", "time since it happened first"),
              wide("Count", "how often it happened"),
              new Column("Name", "string", "name", "the event's name", 1)),
          ClusterTables::eventCells);

  static final TableView<Namespace> NAMESPACE =
      new TableView<>(
          List.of(NAME, text("Status", "Active or Terminating"), AGE),
          (namespace, now) ->
              List.of(
                  namespace.metadata().name(),
                  namespace.status().phase(),
                  Ages.of(namespace, now)));

  static final TableView<ConfigMap> CONFIG_MAP =
      new TableView<>(
          List.of(NAME, count("Data", "how many entries it has"), AGE),
          (map, now) ->
              List.of(
                  map.metadata().name(),
                  map.data().size() + map.binaryData().size(),
                  Ages.of(map, now)));

  static final TableView<Secret> SECRET =
      new TableView<>(
          List.of(
              NAME,
              text("Type", "what kind of secret it is"),
              count("Data", "how many entries it has"),
              AGE),
          (secret, now) ->
              List.of(
                  secret.metadata().name(),
                  secret.type(),
                  secret.data().size(),
                  Ages.of(secret, now)));

  static final TableView<ServiceAccount> SERVICE_ACCOUNT =
      new TableView<>(
          List.of(NAME, count("Secrets", "how many secrets it may use"), AGE),
          (account, now) ->
              List.of(account.metadata().name(), account.secrets().size(), Ages.of(account, now)));

  static final TableView<ComponentStatus> COMPONENT_STATUS =
      new TableView<>(
          List.of(
              NAME,
              text("Status", "whether it is healthy"),
              text("Message", "what it says"),
              text("Error", "what is wrong")),
          (component, _) -> {
            for (var condition : component.conditions()) {
              if (condition.type().equals("Healthy")) {
                var status = condition.status().equals("True") ? "Healthy" : "Unhealthy";
                return List.of(
                    component.metadata().name(), status, condition.message(), condition.error());
              }
            }
            return List.of(component.metadata().name(), "Unknown", "", "");
          });

  static final TableView<Lease> LEASE =
      new TableView<>(
          List.of(NAME, text("Holder", "who holds it"), AGE),
          (lease, now) -> {
            var holder = lease.spec().holderIdentity();
            return List.of(
                lease.metadata().name(), holder == null ? "" : holder, Ages.of(lease, now));
          });

  static final TableView<ResourceQuota> RESOURCE_QUOTA =
      new TableView<>(
          List.of(
              NAME,
              text("Request", "used and allowed requests and counts"),
              text("Limit", "used and allowed limits"),
              AGE),
          (quota, now) ->
              List.of(
                  quota.metadata().name(),
                  usage(quota, false),
                  usage(quota, true),
                  Ages.of(quota, now)));

  static final TableView<PriorityClass> PRIORITY_CLASS =
      new TableView<>(
          List.of(
              NAME,
              number("Value", "higher goes first"),
              flag("Global-Default", "whether pods without a class get it"),
              AGE,
              text("PreemptionPolicy", "whether others make room")),
          (priority, now) ->
              List.of(
                  priority.metadata().name(),
                  priority.value(),
                  priority.globalDefault(),
                  Ages.of(priority, now),
                  Objects.requireNonNullElse(priority.preemptionPolicy(), "")));

  static final TableView<RuntimeClass> RUNTIME_CLASS =
      new TableView<>(
          List.of(NAME, text("Handler", "what the runtime calls it"), AGE),
          (runtime, now) ->
              List.of(runtime.metadata().name(), runtime.handler(), Ages.of(runtime, now)));

  static final TableView<PodDisruptionBudget> POD_DISRUPTION_BUDGET =
      new TableView<>(
          List.of(
              NAME,
              text("Min Available", "pods that must stay"),
              text("Max Unavailable", "pods that may go"),
              number("Allowed Disruptions", "pods that may go now"),
              AGE),
          (budget, now) ->
              List.of(
                  budget.metadata().name(),
                  budget.spec().minAvailable() == null
                      ? "N/A"
                      : budget.spec().minAvailable().toString(),
                  budget.spec().maxUnavailable() == null
                      ? "N/A"
                      : budget.spec().maxUnavailable().toString(),
                  budget.status().disruptionsAllowed(),
                  Ages.of(budget, now)));

  private static String nodeStatus(Node node) {
    var words = new ArrayList<String>();
    for (var condition : node.status().conditions()) {
      if (condition.type().equals("Ready")) {
        words.add(condition.status().equals("True") ? "Ready" : "NotReady");
      }
    }
    if (words.isEmpty()) {
      words.add("Unknown");
    }
    if (node.spec().unschedulable()) {
      words.add("SchedulingDisabled");
    }
    return String.join(",", words);
  }

  private static String nodeRoles(Node node) {
    var roles = new TreeSet<String>();
    node.metadata()
        .labels()
        .forEach(
            (key, value) -> {
              if (key.startsWith(ROLE_PREFIX) && key.length() > ROLE_PREFIX.length()) {
                roles.add(key.substring(ROLE_PREFIX.length()));
              } else if (key.equals("kubernetes.io/role") && !value.isEmpty()) {
                roles.add(value);
              }
            });
    return roles.isEmpty() ? Texts.NONE : String.join(",", roles);
  }

  private static String address(Node node, String type) {
    return node.status().addresses().stream()
        .filter(address -> address.type().equals(type))
        .findFirst()
        .map(address -> address.address())
        .orElse(Texts.NONE);
  }

  private static String orUnknown(String text) {
    return text.isEmpty() ? Ages.UNKNOWN : text;
  }

  private static List<Object> eventCells(Event event, Instant now) {
    var first = event.firstTimestamp() == null ? event.eventTime() : event.firstTimestamp();
    var last = lastSeen(event, first);
    var series = event.series();
    int count = series != null ? series.count() : event.count() == 0 ? 1 : event.count();
    var source =
        event.source().component().isEmpty()
            ? event.reportingComponent()
            : event.source().component();
    var host = event.source().host().isEmpty() ? event.reportingInstance() : event.source().host();
    var about = event.involvedObject();
    return List.of(
        Ages.since(last, now),
        event.type(),
        event.reason(),
        about.kind().toLowerCase(Locale.ROOT) + (about.name().isEmpty() ? "" : "/" + about.name()),
        about.fieldPath(),
        host.isEmpty() ? source : source + ", " + host,
        event.message().strip(),
        Ages.since(first, now),
        count,
        event.metadata().name());
  }

  private static @Nullable Instant lastSeen(Event event, @Nullable Instant first) {
    var series = event.series();
    if (series != null) {
      return series.lastObservedTime();
    }
    return event.lastTimestamp() == null ? first : event.lastTimestamp();
  }

  private static String usage(ResourceQuota quota, boolean limits) {
    Map<String, Quantity> hard = new TreeMap<>(quota.status().hard());
    return hard.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith("limits.") == limits)
        .map(
            entry ->
                entry.getKey()
                    + ": "
                    + quota.status().used().getOrDefault(entry.getKey(), Quantity.ZERO)
                    + "/"
                    + entry.getValue())
        .collect(Collectors.joining(", "));
  }
}
