package io.kubejar.client;

import io.kubejar.apimachinery.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// What every runtime has in common: how things are run is left to the kinds of it.
///
/// Whoever makes one starts and closes it.
public abstract class AssembledRuntime implements ComponentRuntime {
  private final Client client;
  private final Clock clock;
  private final RandomGenerator random;
  private final SharedInformers informers;
  private final Map<String, RecordedEvents> recorders = new ConcurrentHashMap<>();

  private Consumer<Controller> observer = _ -> {};

  /// @param random safe for use by many threads if the runtime is
  AssembledRuntime(Client client, Clock clock, RandomGenerator random) {
    this.client = client;
    this.clock = clock;
    this.random = random;
    informers = new SharedInformers(client, clock, random, this::add);
  }

  /// Starts everything added so far; what is added later starts at once. Once only.
  public abstract void start();

  /// Ends every part, and the informers after them. When it returns nothing runs any more.
  public abstract void close() throws InterruptedException;

  @Override
  public final Client client() {
    return client;
  }

  @Override
  public final Clock clock() {
    return clock;
  }

  @Override
  public final RandomGenerator random() {
    return random;
  }

  @Override
  public final SharedInformers informers() {
    return informers;
  }

  @Override
  public final EventRecorder events(String component, String host) {
    return recorders.computeIfAbsent(component + "@" + host, _ -> recorder(component, host));
  }

  /// Shows every controller that is added from now on to this observer.
  public final void onController(Consumer<Controller> listener) {
    observer = listener;
  }

  @Override
  public final void add(Controller controller) {
    observer.accept(controller);
    var workers = controller.workers();
    for (int i = 0; i < workers.size(); i++) {
      add("controller/" + controller.name() + "/" + i, workers.get(i));
    }
  }

  private RecordedEvents recorder(String component, String host) {
    var recorder = new RecordedEvents(client, clock, component, host);
    add("events/" + component, recorder);
    return recorder;
  }
}
