package io.kubejar.scheduler;

import static io.kubejar.apimachinery.time.VirtualClock.START;

import io.kubejar.api.autoscaling.v1.Scale;
import io.kubejar.api.core.v1.Binding;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.NodeSpec;
import io.kubejar.api.core.v1.NodeStatus;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ObjectList;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.client.Client;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Controller;
import io.kubejar.client.EventRecorder;
import io.kubejar.client.Informer;
import io.kubejar.client.Informers;
import io.kubejar.client.ListOptions;
import io.kubejar.client.Patch;
import io.kubejar.client.Together;
import io.kubejar.client.Watch;
import io.kubejar.client.WatchOptions;
import io.kubejar.client.testing.FakeInformer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A cluster of objects in memory with a scheduler that a test steps.
final class World implements ComponentRuntime, Client, Informers, EventRecorder {
  final VirtualClock clock = new VirtualClock();
  final FakeInformer<Pod> pods = new FakeInformer<>();
  final List<String> events = new ArrayList<>();
  final List<Patch> patches = new ArrayList<>();
  final List<ObjectKey> deleted = new ArrayList<>();
  final Scheduler scheduler;

  /// What the next binding is refused with.
  @Nullable ApiException refuseBinding;

  private final Map<ResourceType<?>, FakeInformer<?>> informers = new HashMap<>();
  private final List<Steppable> parts = new ArrayList<>();
  private final RandomGenerator random = new Random(1);
  private int created;

  World() {
    this(SchedulerWatcher.NOBODY);
  }

  World(SchedulerWatcher watcher) {
    informers.put(Pod.RESOURCE, pods);
    var namespaces = new FakeInformer<Namespace>();
    namespaces.put(
        Namespace.builder().metadata(ObjectMeta.builder().name("default").build()).build());
    informers.put(Namespace.RESOURCE, namespaces);
    scheduler = Scheduler.install(this, Profile.standard(), watcher);
  }

  @SuppressWarnings("unchecked")
  FakeInformer<Node> nodes() {
    return (FakeInformer<Node>) (FakeInformer<?>) informer(Node.RESOURCE);
  }

  @Override
  public void forget(ResourceType<?> type) {
    informers.remove(type);
  }

  World run() throws InterruptedException {
    for (boolean worked = true; worked; ) {
      worked = false;
      for (var part : parts) {
        worked |= part.step();
      }
    }
    return this;
  }

  void addNode(String name, String cpu, UnaryOperator<Node> change) {
    var amounts =
        Map.of(
            "cpu", Quantity.parse(cpu),
            "memory", Quantity.parse("8Gi"),
            "pods", Quantity.parse("110"));
    nodes()
        .put(
            change.apply(
                Node.builder()
                    .metadata(
                        ObjectMeta.builder()
                            .name(name)
                            .labels(Map.of("kubernetes.io/hostname", name))
                            .build())
                    .status(NodeStatus.builder().allocatable(amounts).build())
                    .build()));
  }

  void addNode(String name, String cpu) {
    addNode(name, cpu, node -> node);
  }

  void changeNode(String name, UnaryOperator<NodeSpec> change) {
    var node = nodes().find(new ObjectKey("", name)).orElseThrow();
    nodes().put(node.withSpec(change.apply(node.spec())));
  }

  Pod addPod(String name, String cpu, UnaryOperator<PodSpec> change) {
    var spec =
        PodSpec.builder()
            .schedulerName("default-scheduler")
            .containers(
                List.of(
                    Container.builder()
                        .name("main")
                        .image("app")
                        .resources(
                            ResourceRequirements.builder()
                                .requests(Map.of("cpu", Quantity.parse(cpu)))
                                .build())
                        .build()))
            .build();
    var pod =
        Pod.builder()
            .metadata(
                ObjectMeta.builder()
                    .namespace("default")
                    .name(name)
                    .uid("uid-" + name + "-" + created++)
                    .labels(Map.of("app", name.replaceAll("-.*", "")))
                    .creationTimestamp(START)
                    .build())
            .spec(change.apply(spec))
            .build();
    pods.put(pod);
    return pod;
  }

  Pod addPod(String name, String cpu) {
    return addPod(name, cpu, spec -> spec);
  }

  String nodeOf(String pod) {
    return pods.find(key(pod)).orElseThrow().spec().nodeName();
  }

  static ObjectKey key(String pod) {
    return new ObjectKey("default", pod);
  }

  @Override
  public Client client() {
    return this;
  }

  @Override
  public Informers informers() {
    return this;
  }

  @Override
  public VirtualClock clock() {
    return clock;
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public Together together() {
    return Together.IN_ORDER;
  }

  @Override
  public EventRecorder events(String component, String host) {
    return this;
  }

  @Override
  public void add(String name, Steppable part) {
    part.onWork(() -> {});
    parts.add(part);
  }

  @Override
  public void add(Controller controller) {
    throw new UnsupportedOperationException("the scheduler has no controllers");
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T extends KubernetesObject> Informer<T> informer(
      ResourceType<T> type, ListOptions selection) {
    return (Informer<T>) informers.computeIfAbsent(type, _ -> new FakeInformer<>());
  }

  @Override
  public void event(KubernetesObject about, String type, String reason, String message) {
    events.add(about.metadata().name() + " " + type + " " + reason + ": " + message);
  }

  @Override
  public void event(
      KubernetesObject about, String fieldPath, String type, String reason, String message) {
    event(about, type, reason, message);
  }

  @Override
  public Scale scale(ResourceType<?> type, ObjectKey key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <B extends KubernetesObject, R> R createSubresource(
      ResourceType<?> type, ObjectKey key, String subresource, B body, Codec<R> answer) {
    var refusal = refuseBinding;
    if (refusal != null) {
      refuseBinding = null;
      throw refusal;
    }
    var node = ((Binding) body).target().name();
    var pod = pods.find(key).orElseThrow();
    pods.put(pod.withSpec(pod.spec().withNodeName(node)));
    @SuppressWarnings("unchecked")
    R success = (R) Status.EMPTY;
    return success;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T extends KubernetesObject> T patch(ResourceType<T> type, ObjectKey key, Patch patch) {
    patches.add(patch);
    return (T) pods.find(key).orElseThrow();
  }

  @Override
  public <T extends KubernetesObject> Optional<T> delete(
      ResourceType<T> type, ObjectKey key, DeleteOptions options) {
    deleted.add(key);
    return Optional.empty();
  }

  @Override
  public <T extends KubernetesObject> T get(ResourceType<T> type, ObjectKey key) {
    throw new UnsupportedOperationException("the scheduler reads its cache");
  }

  @Override
  public <T extends KubernetesObject> ObjectList<T> list(
      ResourceType<T> type, ListOptions options) {
    throw new UnsupportedOperationException("the scheduler reads its cache");
  }

  @Override
  public <T extends KubernetesObject> Watch<T> watch(ResourceType<T> type, WatchOptions options) {
    throw new UnsupportedOperationException("the scheduler reads its cache");
  }

  @Override
  public <T extends KubernetesObject> T create(ResourceType<T> type, T object) {
    throw new UnsupportedOperationException("the scheduler creates nothing");
  }

  @Override
  public <T extends KubernetesObject> T update(ResourceType<T> type, T object) {
    throw new UnsupportedOperationException("the scheduler updates nothing");
  }

  @Override
  public <T extends KubernetesObject> T updateSubresource(
      ResourceType<T> type, T object, String subresource) {
    throw new UnsupportedOperationException("the scheduler updates nothing");
  }

  @Override
  public <T extends KubernetesObject> void deleteCollection(
      ResourceType<T> type, ListOptions selection, DeleteOptions options) {
    throw new UnsupportedOperationException("the scheduler deletes one by one");
  }
}
