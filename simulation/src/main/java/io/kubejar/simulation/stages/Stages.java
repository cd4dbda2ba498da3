package io.kubejar.simulation.stages;

import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.CustomKinds;
import io.kubejar.client.EventRecorder;
import io.kubejar.client.InformerHandler;
import io.kubejar.simulation.template.TemplateException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The stages that there are now. Those that cannot be followed are reported by an Event on them.
///
/// Safe for use by many threads.
public final class Stages {
  private static final String GROUP = "kwok.x-k8s.io";
  private static final String KIND = "Stage";

  private final EventRecorder events;
  private final Runnable changed;
  private final Map<String, Known> byName = new ConcurrentHashMap<>();

  private record Known(Stage stage, Unstructured source) {}

  private Stages(EventRecorder events, Runnable changed) {
    this.events = events;
    this.changed = changed;
  }

  /// Follows the stages of a cluster, as soon as it serves their kind.
  ///
  /// @param changed told when they change; quick
  public static Stages follow(ComponentRuntime runtime, Runnable changed) {
    var stages = new Stages(runtime.events("kubejar", ""), changed);
    CustomKinds.of(runtime.informers())
        .listen(
            new CustomKinds.Listener() {
              @Override
              public void onServed(ResourceType<Unstructured> type) {
                if (isStage(type)) {
                  runtime.informers().informer(type).addHandler(stages.new Handler());
                }
              }

              @Override
              public void onGone(ResourceType<Unstructured> type) {
                if (isStage(type)) {
                  stages.byName.clear();
                  changed.run();
                }
              }
            });
    return stages;
  }

  private static boolean isStage(ResourceType<Unstructured> type) {
    return type.gvk().group().equals(GROUP) && type.gvk().kind().equals(KIND);
  }

  /// Whether objects of this kind follow stages: then they follow nothing else.
  public boolean govern(String kind) {
    return byName.values().stream().anyMatch(it -> it.stage().kind().equals(kind));
  }

  /// Those that fit an object, by name.
  List<Stage> of(String kind, JsonObject object) {
    return byName.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(it -> it.getValue().stage())
        .filter(stage -> stage.kind().equals(kind) && stage.conditions().hold(object))
        .toList();
  }

  /// What is wrong with a stage.
  void report(Stage stage, String message) {
    var known = byName.get(stage.name());
    if (known != null) {
      events.warning(known.source(), "InvalidStage", message);
    }
  }

  private final class Handler implements InformerHandler<Unstructured> {
    @Override
    public void onAdd(Unstructured stage) {
      read(stage);
    }

    @Override
    public void onUpdate(Unstructured before, Unstructured now) {
      read(now);
    }

    @Override
    public void onDelete(Unstructured stage) {
      byName.remove(stage.metadata().name());
      changed.run();
    }

    private void read(Unstructured object) {
      var name = object.metadata().name();
      try {
        var stage = StageReader.read(name, object.tree().object("spec"));
        byName.put(name, new Known(stage, object));
      } catch (IllegalArgumentException | TemplateException wrong) {
        byName.remove(name);
        events.warning(object, "InvalidStage", String.valueOf(wrong.getMessage()));
      }
      changed.run();
    }
  }
}
