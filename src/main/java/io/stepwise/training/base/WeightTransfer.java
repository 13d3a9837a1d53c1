package io.stepwise.training.base;

import io.stepwise.model.ParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Carries the weights of one network over to another of the same structure, which may have other classes and another
 * number of output channels. Image sizes do not matter: no tensor depends on them.
 *
 * <ul>
 *   <li>Class embeddings are matched by the names of the labels. A new label gets the mean of the old ones, "no label"
 *       that of the old network, or the mean if it has none.
 *   <li>A network that gets classes starts with class embeddings of zero, and one that loses them has "no label" (or
 *       the mean) added to the bias of its time embedding. Both compute at first what the old network computed.
 *   <li>Further output channels, such as those of a learned variance, start at zero; surplus ones are left out.
 * </ul>
 */
public record WeightTransfer(Side from, Side to) {
    private static final String CLASSES = "class_embedding.weight";
    private static final String TIME_BIAS = "time_embedding.linear_2.bias";
    private static final List<String> HEAD = List.of("conv_out.weight", "conv_out.bias");
    private static final int LISTED = 20;

    /**
     * A network with its classes.
     *
     * @param parameters of the network, in its order
     * @param labels names of its classes; the embedding has as many rows, or one more for "no label". If there are
     *     none, the numbers of the classes are their names
     */
    public record Side(List<ParameterSpec> parameters, List<String> labels) {
        private Map<String, List<Integer>> shapes() {
            Map<String, List<Integer>> shapes = new LinkedHashMap<>();
            parameters.forEach(parameter -> shapes.put(parameter.name(), parameter.shape()));
            return shapes;
        }

        /** The tensors by their names, with their places in the concatenation of all. */
        private Map<String, Piece> pieces() {
            Map<String, Piece> pieces = new LinkedHashMap<>();
            int begin = 0;
            for (ParameterSpec parameter : parameters) {
                int rows = parameter.shape().get(0);
                int width = Math.toIntExact(parameter.size() / rows);
                pieces.put(parameter.name(), new Piece(begin, rows, width));
                begin += rows * width;
            }
            return pieces;
        }

        private int size() {
            return Math.toIntExact(
                    parameters.stream().mapToLong(ParameterSpec::size).sum());
        }

        private int rows() {
            Piece classes = pieces().get(CLASSES);
            return classes == null ? 0 : classes.rows;
        }

        /** One name for each row; null is "no label". */
        private List<@Nullable String> names() {
            List<@Nullable String> names = new ArrayList<>();
            for (int row = 0; row < rows(); row++) {
                boolean named = row < labels.size();
                names.add(named ? labels.get(row) : labels.isEmpty() ? Integer.toString(row) : null);
            }
            return names;
        }
    }

    /**
     * A tensor among all of a network.
     *
     * @param begin where it begins
     * @param rows size of its first dimension
     * @param width numbers in each row
     */
    private record Piece(int begin, int rows, int width) {}

    /**
     * @param weights every parameter of the new network, in its order
     * @param kept how many tensors of the new network are those of the old one
     * @param added what the new network has and the old one has not, in words
     * @param dropped what the old network has and the new one has not, in words
     */
    @SuppressWarnings("ArrayRecordComponent") // passed on as it is, never compared
    public record Result(float[] weights, int kept, List<String> added, List<String> dropped) {}

    /** The tensors that keep the networks from fitting, in words; empty if they fit. */
    public List<String> faults() {
        Map<String, List<Integer>> old = from.shapes();
        List<String> faults = new ArrayList<>();
        to.shapes().forEach((name, shape) -> {
            List<Integer> had = old.remove(name);
            if (had == null && !name.equals(CLASSES)) {
                faults.add(name + " with shape " + shape + " is not in the version");
            } else if (had != null && !fits(name, had, shape)) {
                faults.add(name + " has shape " + shape + ", in the version " + had);
            }
        });
        old.remove(CLASSES);
        old.forEach((name, shape) -> faults.add(name + " with shape " + shape + " is only in the version"));
        return shortened(faults);
    }

    /** Rows of classes and output channels may be more or fewer. */
    private static boolean fits(String name, List<Integer> old, List<Integer> now) {
        boolean rowsMayDiffer = name.equals(CLASSES) || HEAD.contains(name);
        return rowsMayDiffer ? old.subList(1, old.size()).equals(now.subList(1, now.size())) : old.equals(now);
    }

    /**
     * The weights of the new network.
     *
     * @param old every parameter of the old network, in its order
     * @throws IllegalArgumentException when there are {@link #faults}
     */
    public Result of(float[] old) {
        List<String> faults = faults();
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("the networks must fit: " + String.join("; ", faults));
        }
        Transfer transfer = new Transfer(old);
        transfer.run();
        return new Result(transfer.weights, transfer.kept, shortened(transfer.added), shortened(transfer.dropped));
    }

    private static List<String> shortened(List<String> all) {
        if (all.size() <= LISTED) {
            return all;
        }
        List<String> first = new ArrayList<>(all.subList(0, LISTED));
        first.add("and " + (all.size() - LISTED) + " more");
        return first;
    }

    private final class Transfer {
        private final float[] old;
        private final float[] weights = new float[to.size()];
        private final Map<String, Piece> before = from.pieces();
        private final List<String> added = new ArrayList<>();
        private final List<String> dropped = new ArrayList<>();
        private int kept;

        Transfer(float[] old) {
            this.old = old;
        }

        void run() {
            Map<String, Piece> now = to.pieces();
            now.forEach((name, piece) -> {
                Piece same = before.get(name);
                if (name.equals(CLASSES)) {
                    classes(piece);
                } else if (same != null) {
                    copy(name, same, piece);
                }
            });
            Piece bias = now.get(TIME_BIAS);
            if (to.rows() == 0 && from.rows() > 0 && bias != null) {
                float[] none = noLabel();
                for (int i = 0; i < none.length; i++) {
                    weights[bias.begin + i] += none[i];
                }
                dropped.add("class_embedding: no label is now a part of " + TIME_BIAS);
            }
        }

        /** The rows that both have are one piece, because a tensor has its rows one after the other. */
        private void copy(String name, Piece had, Piece has) {
            System.arraycopy(old, had.begin, weights, has.begin, has.width * Math.min(has.rows, had.rows));
            if (has.rows == had.rows) {
                kept++;
            } else if (has.rows > had.rows) {
                added.add(name + " of output channels " + had.rows + " … " + (has.rows - 1) + ", at zero");
            } else {
                dropped.add(name + " of output channels " + has.rows + " … " + (had.rows - 1));
            }
        }

        private void classes(Piece piece) {
            List<@Nullable String> names = to.names();
            List<@Nullable String> known = from.names();
            if (known.isEmpty()) {
                added.add("class_embedding, at zero");
                return;
            }
            for (int i = 0; i < names.size(); i++) {
                String name = names.get(i);
                int number = known.indexOf(name);
                float[] row = number < 0 ? mean() : row(number);
                System.arraycopy(row, 0, weights, piece.begin + i * piece.width, piece.width);
                if (number < 0) {
                    added.add("class_embedding of " + shown(name) + ", the mean of the old labels");
                }
            }
            known.stream()
                    .filter(name -> !names.contains(name))
                    .forEach(name -> dropped.add("class_embedding of " + shown(name)));
            kept += names.equals(known) ? 1 : 0;
        }

        private static String shown(@Nullable String label) {
            return label == null ? "no label" : "label " + label;
        }

        /** An embedding of the old network, which has some. */
        private float[] row(int number) {
            Piece classes = Objects.requireNonNull(before.get(CLASSES));
            int begin = classes.begin + number * classes.width;
            return Arrays.copyOfRange(old, begin, begin + classes.width);
        }

        private float[] noLabel() {
            int none = from.names().indexOf(null);
            return none < 0 ? mean() : row(none);
        }

        /** Of the embeddings of the old network's labels. */
        private float[] mean() {
            List<@Nullable String> names = from.names();
            double[] sum = new double[row(0).length];
            int labels = 0;
            for (int i = 0; i < names.size(); i++) {
                if (names.get(i) != null) {
                    float[] row = row(i);
                    Arrays.setAll(sum, k -> sum[k] + row[k]);
                    labels++;
                }
            }
            float[] mean = new float[sum.length];
            for (int k = 0; k < mean.length; k++) {
                mean[k] = (float) (sum[k] / labels);
            }
            return mean;
        }
    }
}
