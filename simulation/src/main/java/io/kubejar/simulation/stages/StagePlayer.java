package io.kubejar.simulation.stages;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.Preconditions;
import io.kubejar.apimachinery.patch.StrategicMergePatch;
import io.kubejar.apimachinery.schema.Schemas;
import io.kubejar.client.Client;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.EventRecorder;
import io.kubejar.client.Outcome;
import io.kubejar.client.Patch;
import io.kubejar.simulation.template.Function;
import io.kubejar.simulation.template.TemplateException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Leads objects of one kind through the stages.
///
/// @param <T> the kind
public final class StagePlayer<T extends KubernetesObject> {
  private final ResourceType<T> type;
  private final Stages stages;
  private final Client client;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final EventRecorder events;
  private final Surroundings<T> surroundings;

  /// Of each object that waits for a stage, which one it is.
  private final Map<ObjectKey, Waiting> waiting = new ConcurrentHashMap<>();

  private record Waiting(String uid, String stage, Instant until) {}

  /// What templates may ask.
  @FunctionalInterface
  public interface Surroundings<T> {
    Map<String, Function> of(T object, Instant now);
  }

  public StagePlayer(
      ResourceType<T> type, Stages stages, ComponentRuntime runtime, Surroundings<T> surroundings) {
    this.type = type;
    this.stages = stages;
    this.surroundings = surroundings;
    client = runtime.client();
    clock = runtime.clock();
    random = runtime.random();
    events = runtime.events("kubejar", "");
  }

  /// The object is gone.
  public void forget(ObjectKey key) {
    waiting.remove(key);
  }

  /// Does what is due, and says when to look again.
  public Outcome play(T object) throws InterruptedException {
    var key = ObjectKey.of(object);
    var tree = tree(object);
    var fitting = stages.of(type.gvk().kind(), tree);
    if (fitting.isEmpty()) {
      waiting.remove(key);
      return Outcome.done();
    }
    var now = clock.instant();
    var current = waiting.compute(key, (_, known) -> current(known, object, tree, fitting, now));
    if (current.until().isAfter(now)) {
      return Outcome.checkAgain(
          Duration.between(now, current.until()), "stage " + current.stage() + " begins");
    }
    var stage =
        fitting.stream().filter(it -> it.name().equals(current.stage())).findFirst().orElseThrow();
    begin(stage, object, tree, now);
    waiting.remove(key);
    return Outcome.done();
  }

  private Waiting current(
      @Nullable Waiting known, T object, JsonObject tree, List<Stage> fitting, Instant now) {
    var uid = object.metadata().uid();
    if (known != null
        && known.uid().equals(uid)
        && fitting.stream().anyMatch(it -> it.name().equals(known.stage()))) {
      return known;
    }
    var stage = choose(fitting, tree);
    return new Waiting(uid, stage.name(), now.plus(stage.delay().of(tree, now, random)));
  }

  /// By chance, as likely as the weights say; without any weight, all the same.
  private Stage choose(List<Stage> fitting, JsonObject tree) {
    var weights = fitting.stream().map(it -> Math.max(0, it.weight(tree))).toList();
    long sum = weights.stream().mapToLong(Long::longValue).sum();
    if (sum == 0) {
      return fitting.get(random.nextInt(fitting.size()));
    }
    long ticket = random.nextLong(sum);
    for (int i = 0; i < fitting.size(); i++) {
      ticket -= weights.get(i);
      if (ticket < 0) {
        return fitting.get(i);
      }
    }
    return fitting.getLast();
  }

  private void begin(Stage stage, T object, JsonObject tree, Instant now)
      throws InterruptedException {
    try {
      var status = rendered(stage, object, tree, now);
      stage
          .next()
          .event()
          .ifPresent(it -> events.event(object, it.type(), it.reason(), it.message()));
      var changed = withFinalizers(stage, object, tree);
      if (stage.next().delete()) {
        delete(object);
      } else if (!status.isEmpty()) {
        write(changed, status);
      }
    } catch (TemplateException | JsonFormatException wrong) {
      stages.report(stage, "spec.next.statusTemplate: " + wrong.getMessage());
    } catch (ApiException refused) {
      if (!refused.isNotFound()) {
        throw refused;
      }
    }
  }

  /// Empty if the stage says nothing of the status.
  private JsonObject rendered(Stage stage, T object, JsonObject tree, Instant now) {
    var template = stage.next().template();
    if (template == null) {
      return JsonObject.EMPTY;
    }
    var text = template.render(tree, surroundings.of(object, now));
    return Yaml.parse(text) instanceof JsonObject status ? status : JsonObject.EMPTY;
  }

  private T withFinalizers(Stage stage, T object, JsonObject tree) throws InterruptedException {
    var wanted = stage.next().finalizers(tree);
    if (wanted.isEmpty()) {
      return object;
    }
    List<JsonValue> names = wanted.get().stream().<JsonValue>map(JsonString::new).toList();
    var metadata =
        JsonObject.of("finalizers", new JsonArray(names))
            .with("uid", new JsonString(object.metadata().uid()));
    var patch = JsonPrinter.print(JsonObject.of("metadata", metadata));
    return client.patch(type, ObjectKey.of(object), Patch.merge(patch));
  }

  private void delete(T object) throws InterruptedException {
    var forced =
        DeleteOptions.EMPTY
            .withGracePeriodSeconds(0L)
            .withPreconditions(Preconditions.EMPTY.withUid(object.metadata().uid()));
    client.delete(type, ObjectKey.of(object), forced);
  }

  private void write(T object, JsonObject status) throws InterruptedException {
    var before = tree(object);
    var schema = Schemas.of(type.gvk()).orElseThrow();
    var after = StrategicMergePatch.apply(before, JsonObject.of("status", status), schema);
    if (!Objects.equals(after, before)) {
      client.updateStatus(type, type.codec().fromTree(after));
    }
  }

  private JsonObject tree(T object) {
    return (JsonObject) type.codec().toTree(object);
  }
}
