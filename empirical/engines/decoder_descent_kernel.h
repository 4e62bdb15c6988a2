/* The arithmetic of decoder_descent.c for one vector width; included once for each width that a processor may have.

   LANES   floats in a vector
   TILE    rows of a result to a tile: as many as there are registers for their sums, 16 of them or 32
   TARGET  the attribute that lets the compiler use the instructions of this width
   NAME(x) x with a suffix of its own for this width

   Every product is made of tiles: TILE rows times at most 3 vectors, sums that stay in registers. */

typedef float NAME(floats) __attribute__((vector_size(4 * LANES), may_alias));
typedef int32_t NAME(ints) __attribute__((vector_size(4 * LANES), may_alias));

#define VECTOR NAME(floats)
#define INLINE TARGET static inline __attribute__((always_inline))

/* How many vectors the next tile has, where so many are left: 3, but never a last one alone. */
INLINE long NAME(next)(long left)
{
    return left == 4 ? 2 : left < 3 ? left : 3;
}

/* Add Σ_k a[i, k] b[k, :] to each row i of a tile, over `depth` values of k. */
INLINE void NAME(multiply)(VECTOR tile[TILE][3], long vectors, const float *a, long a_row, long a_step, const float *b,
                           long b_step, long depth)
{
    for (long k = 0; k < depth; k++, a += a_step, b += b_step) {
        const VECTOR *row = (const VECTOR *)b;
        for (long i = 0; i < TILE; i++)
            for (long j = 0; j < vectors; j++)
                tile[i][j] += a[i * a_row] * row[j];
    }
}

/* The larger of two numbers; the first where that is none. */
INLINE VECTOR NAME(larger)(VECTOR first, VECTOR second)
{
    NAME(ints) below = first < second;
    return (VECTOR)(((NAME(ints))first & ~below) | ((NAME(ints))second & below));
}

/* For z in [-87, 0]: 2ⁿ and r, so that eᶻ = 2ⁿ(1 + r) with |ln(1 + r)| ≤ ln(2)/2. The polynomial is the minimax one
   of (eᵗ - 1)/t; what follows the last term is 1.4e-8 of it. */
INLINE VECTOR NAME(exponential)(VECTOR z, VECTOR *rest)
{
    const float magic = 0x1.8p23f; /* beside it a number has no room for what follows the point */
    VECTOR shifted = z * 0x1.715476p0f + magic, n = shifted - magic;
    VECTOR t = z - n * 0.693359375f;
    t = t - n * -2.12194440e-4f;
    VECTOR p = 0.0013882498f * t + 0.008366647f;
    p = p * t + 0.041667204f;
    p = p * t + 0.16666542f;
    p = p * t + 0.49999997f;
    *rest = p * t * t + t;
    return (VECTOR)(((NAME(ints))shifted << 23) + (127 << 23));
}

/* With E = e^(-2|x|) - 1, tanh |x| = -E / (2 + E): right to 2 units in the last place, also of the smallest x. */
INLINE VECTOR NAME(hyperbolic_tangent)(VECTOR x)
{
    NAME(ints) sign = (NAME(ints))x & INT32_MIN;
    VECTOR z = -2 * (VECTOR)((NAME(ints))x & INT32_MAX), rest;
    z = NAME(larger)(z, -20 - (VECTOR){0}); /* from there on the sum rounds to 1 */
    VECTOR scale = NAME(exponential)(z, &rest);
    VECTOR less = scale * rest + (scale - 1);
    return (VECTOR)((NAME(ints))(-less / (2 + less)) | sign);
}

/* Roots of all, one after the other for the compiler to put together: vectors have no root of their own. */
INLINE VECTOR NAME(root)(VECTOR x)
{
    VECTOR roots;
    for (int lane = 0; lane < LANES; lane++)
        roots[lane] = sqrtf(x[lane]);
    return roots;
}

/* One step of AdamW on a vector of a parameter. */
INLINE void NAME(advance)(const struct tensor *tensor, long place, VECTOR gradient, const struct update *update)
{
    VECTOR *values = (VECTOR *)(tensor->values + place);
    VECTOR *mean = (VECTOR *)(tensor->mean + place), *square = (VECTOR *)(tensor->square + place);
    *mean += update->drag * (gradient - *mean);
    *square = update->beta2 * *square + update->gain * gradient * gradient;
    VECTOR spread = NAME(root)(*square) * update->correction + update->epsilon;
    *values = update->keep * *values - update->step * *mean / spread;
}

/* A step on a whole parameter from the gradient that was gathered. */
TARGET static void NAME(advance_all)(const struct tensor *tensor, const struct update *update)
{
    for (long place = 0; place < tensor->rows * tensor->stride; place += LANES)
        NAME(advance)(tensor, place, *(const VECTOR *)(tensor->gradient + place), update);
}

/* Forward through one layer, a tile of its units: `by_feature` begins at the tile's samples. */
INLINE void NAME(forward_tile)(const struct tensor *weights, const float *bias, long unit, long vectors, int hidden,
                               const float *below, float *above)
{
    VECTOR tile[TILE][3];
    for (long i = 0; i < TILE; i++)
        for (long j = 0; j < vectors; j++)
            tile[i][j] = bias[unit + i] - (VECTOR){0};
    NAME(multiply)(tile, vectors, weights->values + unit * weights->stride, weights->stride, 1, below, BLOCK,
                   weights->columns);
    for (long i = 0; i < TILE; i++)
        for (long j = 0; j < vectors; j++)
            ((VECTOR *)(above + (unit + i) * BLOCK))[j] = hidden ? NAME(hyperbolic_tangent)(tile[i][j]) : tile[i][j];
}

TARGET static void NAME(forward_layer)(const struct tensor *weights, const float *bias, int hidden, long count,
                                       const float *below, float *above)
{
    long vectors = up_to_whole(count, LANES) / LANES;
    for (long unit = 0; unit < weights->rows; unit += TILE)
        for (long done = 0, some; done < vectors; done += some) {
            some = NAME(next)(vectors - done);
            const float *x = below + done * LANES;
            float *y = above + done * LANES;
            if (some == 3)
                NAME(forward_tile)(weights, bias, unit, 3, hidden, x, y);
            else if (some == 2)
                NAME(forward_tile)(weights, bias, unit, 2, hidden, x, y);
            else
                NAME(forward_tile)(weights, bias, unit, 1, hidden, x, y);
        }
}

/* Minus the mean squared difference between the decoder's values and each class's target. */
TARGET static void NAME(distances)(const struct network *network, const struct level *top, long count, float *outputs)
{
    for (long first = 0; first < count; first += LANES)
        for (long class = 0; class < network->classes; class++) {
            const float *target = network->targets + class * top->stride;
            VECTOR sum = {0};
            for (long k = 0; k < top->width; k++) {
                VECTOR difference = *(const VECTOR *)(top->by_feature + k * BLOCK + first) - target[k];
                sum += difference * difference;
            }
            *(VECTOR *)(outputs + class * BLOCK + first) = -sum / (float)top->width;
        }
}

/* Forward through all layers, and to the outputs (count, classes). `inputs` are the symbols, (count, places). */
TARGET static void NAME(forward)(const struct network *network, struct workspace *workspace, const int64_t *inputs,
                                 long count, float *outputs)
{
    const struct tensor *embedding = &network->tensors[0];
    struct level *levels = workspace->levels, *top = &levels[network->layers];
    for (long sample = 0; sample < count; sample++) {
        float *sum = levels[0].by_sample + sample * embedding->stride;
        memset(sum, 0, sizeof(float) * embedding->stride);
        for (long place = 0; place < network->places; place++) {
            const float *symbol = embedding->values + inputs[sample * network->places + place] * embedding->stride;
            for (long k = 0; k < embedding->columns; k++)
                sum[k] += symbol[k];
        }
        for (long k = 0; k < embedding->columns; k++)
            levels[0].by_feature[k * BLOCK + sample] = sum[k];
    }
    for (long layer = 0; layer < network->layers; layer++)
        NAME(forward_layer)(&network->tensors[1 + 2 * layer], network->tensors[2 + 2 * layer].values,
                            layer + 1 < network->layers, count, levels[layer].by_feature, levels[layer + 1].by_feature);
    const float *answers = top->by_feature;
    if (network->targets) {
        NAME(distances)(network, top, count, workspace->outputs);
        answers = workspace->outputs;
    }
    for (long sample = 0; sample < count; sample++)
        for (long class = 0; class < network->classes; class++)
            outputs[sample * network->classes + class] = answers[class * BLOCK + sample];
}

/* Probabilities of the classes from their logits, both (classes, BLOCK). */
TARGET static void NAME(softmax)(const float *logits, long classes, long count, float *probabilities)
{
    for (long first = 0; first < count; first += LANES) {
        const VECTOR *logit = (const VECTOR *)(logits + first);
        VECTOR *share = (VECTOR *)(probabilities + first), most = logit[0], sum = {0};
        for (long k = 1; k < classes; k++)
            most = NAME(larger)(logit[k * BLOCK / LANES], most);
        for (long k = 0; k < classes; k++) {
            VECTOR rest, scale = NAME(exponential)(NAME(larger)(logit[k * BLOCK / LANES] - most, -87 - (VECTOR){0}), &rest);
            share[k * BLOCK / LANES] = scale * rest + scale;
            sum += share[k * BLOCK / LANES];
        }
        for (long k = 0; k < classes; k++)
            share[k * BLOCK / LANES] /= sum;
    }
}

/* What the mean loss of a batch of so many samples changes with the decoder's values, (count, stride). */
TARGET static void NAME(top_errors)(const struct network *network, struct workspace *workspace, const int64_t *labels,
                                    long count, long samples)
{
    const struct level *top = &workspace->levels[network->layers];
    float *errors = workspace->errors[0], share = network->targets ? 2.f / (top->width * samples) : 1.f / samples;
    const float *values = network->targets ? top->by_feature : workspace->outputs;
    if (!network->targets)
        NAME(softmax)(top->by_feature, network->classes, count, workspace->outputs);
    memset(errors, 0, sizeof(float) * up_to_whole(count, TILE) * top->stride);
    for (long sample = 0; sample < count; sample++) {
        float *error = errors + sample * top->stride;
        for (long k = 0; k < top->width; k++)
            error[k] = values[k * BLOCK + sample];
        if (network->targets)
            for (long k = 0; k < top->width; k++)
                error[k] -= network->targets[labels[sample] * top->stride + k];
        else
            error[labels[sample]] -= 1;
        for (long k = 0; k < top->width; k++)
            error[k] *= share;
    }
}

/* Errors one layer down: a tile of samples times some inputs of the layer, from `input` on. */
INLINE void NAME(back_tile)(const struct tensor *weights, long input, long vectors, const float *above,
                            long above_stride, const float *activations, float *below)
{
    VECTOR tile[TILE][3];
    for (long i = 0; i < TILE; i++)
        for (long j = 0; j < vectors; j++)
            tile[i][j] = (VECTOR){0};
    NAME(multiply)(tile, vectors, above, above_stride, 1, weights->values + input, weights->stride, weights->rows);
    for (long i = 0; i < TILE; i++)
        for (long j = 0; j < vectors; j++) {
            if (activations) {
                VECTOR h = ((const VECTOR *)(activations + i * weights->stride + input))[j];
                tile[i][j] *= 1 - h * h;
            }
            ((VECTOR *)(below + i * weights->stride + input))[j] = tile[i][j];
        }
}

/* `activations` of the level below, by sample; NULL for the sums of embeddings, which go through no tanh. */
TARGET static void NAME(back_layer)(const struct tensor *weights, long count, const float *above, long above_stride,
                                    const float *activations, float *below)
{
    long stride = weights->stride;
    for (long input = 0, some; input < stride; input += some * LANES) {
        some = NAME(next)((stride - input) / LANES);
        for (long sample = 0; sample < count; sample += TILE) {
            const float *d = above + sample * above_stride, *a = activations ? activations + sample * stride : NULL;
            if (some == 3)
                NAME(back_tile)(weights, input, 3, d, above_stride, a, below + sample * stride);
            else if (some == 2)
                NAME(back_tile)(weights, input, 2, d, above_stride, a, below + sample * stride);
            else
                NAME(back_tile)(weights, input, 1, d, above_stride, a, below + sample * stride);
        }
    }
}

/* The gradient of a tile of weights, and in the last block the step. */
INLINE void NAME(gradient_tile)(const struct tensor *weights, long place, long vectors, const float *errors,
                                long errors_stride, const float *activations, long count, struct part part,
                                const struct update *update)
{
    VECTOR tile[TILE][3];
    long stride = weights->stride;
    for (long i = 0; i < TILE; i++)
        for (long j = 0; j < vectors; j++)
            tile[i][j] = part.first ? (VECTOR){0} : ((const VECTOR *)(weights->gradient + place + i * stride))[j];
    NAME(multiply)(tile, vectors, errors, 1, errors_stride, activations, stride, count);
    for (long i = 0; i < TILE; i++)
        for (long j = 0; j < vectors; j++)
            if (part.last)
                NAME(advance)(weights, place + i * stride + j * LANES, tile[i][j], update);
            else
                ((VECTOR *)(weights->gradient + place + i * stride))[j] = tile[i][j];
}

TARGET static void NAME(gradient_layer)(const struct tensor *weights, const float *errors, long errors_stride,
                                        const float *activations, long count, struct part part,
                                        const struct update *update)
{
    long stride = weights->stride;
    for (long unit = 0; unit < weights->rows; unit += TILE)
        for (long input = 0, some; input < stride; input += some * LANES) {
            some = NAME(next)((stride - input) / LANES);
            const float *d = errors + unit, *a = activations + input;
            long place = unit * stride + input;
            if (some == 3)
                NAME(gradient_tile)(weights, place, 3, d, errors_stride, a, count, part, update);
            else if (some == 2)
                NAME(gradient_tile)(weights, place, 2, d, errors_stride, a, count, part, update);
            else
                NAME(gradient_tile)(weights, place, 1, d, errors_stride, a, count, part, update);
        }
}

/* The way back of a block that went forward, and in the last block of a batch the step. */
TARGET static void NAME(back)(const struct network *network, struct workspace *workspace, const int64_t *inputs,
                              const int64_t *labels, long count, struct part part, const struct update *updates)
{
    const struct tensor *tensors = network->tensors;
    struct level *levels = workspace->levels;
    if (part.first)
        memset(tensors[0].gradient, 0, sizeof(float) * tensors[0].rows * tensors[0].stride);
    NAME(top_errors)(network, workspace, labels, count, part.samples);
    float *above = workspace->errors[0], *below = workspace->errors[1];
    for (long layer = network->layers - 1; layer >= 0; layer--) {
        const struct tensor *weights = &tensors[1 + 2 * layer], *bias = weights + 1;
        if (layer > 0)
            transpose(levels[layer].by_feature, levels[layer].by_sample, weights->stride, count);
        NAME(back_layer)(weights, count, above, bias->stride, layer > 0 ? levels[layer].by_sample : NULL, below);
        NAME(gradient_layer)(weights, above, bias->stride, levels[layer].by_sample, count, part,
                             &updates[1 + 2 * layer]);
        if (part.first)
            memset(bias->gradient, 0, sizeof(float) * bias->stride);
        for (long sample = 0; sample < count; sample++)
            for (long place = 0; place < bias->stride; place += LANES)
                *(VECTOR *)(bias->gradient + place) += *(const VECTOR *)(above + sample * bias->stride + place);
        if (part.last)
            NAME(advance_all)(bias, &updates[2 + 2 * layer]);
        float *spent = above;
        above = below, below = spent;
    }
    for (long sample = 0; sample < count; sample++)
        for (long place = 0; place < network->places; place++) {
            float *sum = tensors[0].gradient + inputs[sample * network->places + place] * tensors[0].stride;
            for (long k = 0; k < tensors[0].columns; k++)
                sum[k] += above[sample * tensors[0].stride + k];
        }
    if (part.last)
        NAME(advance_all)(&tensors[0], &updates[0]);
}

#undef VECTOR
#undef INLINE
