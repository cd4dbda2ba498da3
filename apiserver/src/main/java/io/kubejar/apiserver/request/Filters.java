package io.kubejar.apiserver.request;

import java.util.List;

/// Stages in the order in which a request passes them.
public record Filters(List<Filter> stages) {
  public Filters {
    stages = List.copyOf(stages);
  }

  public static Filters outermostFirst(Filter... stages) {
    return new Filters(List.of(stages));
  }

  /// The handler that sends a request through all stages to its end.
  public Handler endingAt(Handler end) {
    var path = end;
    for (var stage : stages.reversed()) {
      var next = path;
      path = request -> stage.handle(request, next);
    }
    return path;
  }
}
