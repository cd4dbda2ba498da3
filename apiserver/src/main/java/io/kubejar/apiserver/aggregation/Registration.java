package io.kubejar.apiserver.aggregation;

import io.kubejar.api.apiregistration.v1.APIService;
import io.kubejar.api.apiregistration.v1.APIServiceSpec;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.Preconditions;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.apiserver.discovery.Priority;
import io.kubejar.apiserver.local.LocalApi;
import io.kubejar.apiserver.verbs.ReadOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps an APIService for each group and version that this server serves itself. The built-in ones
/// are brought in order once after each start, those of custom resources always; what somebody else
/// manages is left alone.
public final class Registration implements Steppable {
  private static final Logger log = LoggerFactory.getLogger(Registration.class);

  private static final String MANAGED = "kube-aggregator.kubernetes.io/automanaged";
  private static final String ON_START = "onstart";
  private static final String ALWAYS = "true";
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final LocalApi api;
  private final Clock clock;
  private final Supplier<Set<GroupVersion>> served;
  private final Changes changes;
  private final Set<String> settled = new HashSet<>();
  private Set<String> atStart = Set.of();
  private boolean begun;
  private volatile boolean complete;
  private Runnable wakeUp = () -> {};

  /// @param served what this server serves itself
  /// @param changes tells when to look again: APIServices, and what decides about the served ones
  public Registration(
      LocalApi api, Clock clock, Supplier<Set<GroupVersion>> served, Changes changes) {
    this.api = api;
    this.clock = clock;
    this.served = served;
    this.changes = changes;
  }

  /// Whether all APIServices have been brought in order once.
  public boolean complete() {
    return complete;
  }

  @Override
  public void onWork(Runnable listener) {
    wakeUp = listener;
    changes.onChange(listener);
  }

  @Override
  public boolean step() throws InterruptedException {
    if (!changes.any()) {
      return false;
    }
    var current = current();
    if (!begun) {
      atStart = Set.copyOf(current.keySet());
      begun = true;
    }
    var wanted = wanted();
    var names = new HashSet<>(current.keySet());
    names.addAll(wanted.keySet());
    boolean all = true;
    for (var name : names) {
      all &= reconciled(name, current.get(name), wanted.get(name));
    }
    if (!all) {
      changes.again();
      clock.schedule(RETRY, wakeUp);
      return false;
    }
    complete = true;
    return true;
  }

  private boolean reconciled(String name, @Nullable APIService current, @Nullable APIService wanted)
      throws InterruptedException {
    try {
      reconcile(name, current, wanted);
      return true;
    } catch (ApiException refused) {
      log.warn("APIService comes again. name={} because={}", name, refused.getMessage());
      return false;
    }
  }

  private Map<String, APIService> current() throws InterruptedException {
    var found = new HashMap<String, APIService>();
    for (var service : api.list(APIService.RESOURCE, ReadOptions.ALL).items()) {
      found.put(service.metadata().name(), service);
    }
    return found;
  }

  private Map<String, APIService> wanted() {
    var wanted = new HashMap<String, APIService>();
    for (var each : served.get()) {
      var builtIn = Priority.builtIn(each.group(), each.version());
      if (builtIn.isPresent()) {
        wanted.put(each.serviceName(), service(each, builtIn.get(), ON_START));
      } else if (!each.group().equals(APIService.RESOURCE.gvk().group())) {
        wanted.put(each.serviceName(), service(each, Priority.CUSTOM, ALWAYS));
      }
    }
    return wanted;
  }

  private static APIService service(GroupVersion each, Priority priority, String managed) {
    var spec =
        APIServiceSpec.EMPTY
            .withGroup(each.group())
            .withVersion(each.version())
            .withGroupPriorityMinimum(priority.group())
            .withVersionPriority(priority.version());
    var metadata =
        ObjectMeta.EMPTY.withName(each.serviceName()).withLabels(Map.of(MANAGED, managed));
    return APIService.EMPTY.withMetadata(metadata).withSpec(spec);
  }

  /// Upstream's table: what is wanted against what is there, and who manages that.
  private void reconcile(String name, @Nullable APIService current, @Nullable APIService wanted)
      throws InterruptedException {
    boolean before = settled.contains(name);
    if (wanted != null && managed(wanted).equals(ON_START) && before) {
      return;
    }
    try {
      if (current == null && wanted != null) {
        api.create(APIService.RESOURCE, wanted);
      } else if (current != null && isOurs(name, current, before)) {
        change(current, wanted);
      }
    } catch (ApiException refused) {
      // Somebody else was faster; that change brings us back.
      if (!refused.isNotFound() && !refused.isConflict() && !refused.isAlreadyExists()) {
        throw refused;
      }
    }
    settled.add(name);
  }

  private boolean isOurs(String name, APIService current, boolean before) {
    return switch (managed(current)) {
      case ALWAYS -> true;
      case ON_START -> atStart.contains(name) && !before;
      default -> false;
    };
  }

  private void change(APIService current, @Nullable APIService wanted) throws InterruptedException {
    if (wanted == null) {
      var uid = new Preconditions(current.metadata().uid(), null);
      api.delete(
          APIService.RESOURCE, ObjectKey.of(current), DeleteOptions.EMPTY.withPreconditions(uid));
    } else if (!current.spec().equals(wanted.spec())) {
      api.update(APIService.RESOURCE, current.withSpec(wanted.spec()));
    }
  }

  private static String managed(APIService service) {
    return service.metadata().labels().getOrDefault(MANAGED, "");
  }
}
