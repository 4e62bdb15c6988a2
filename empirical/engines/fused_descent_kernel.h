/* The arithmetic of fused_descent.c for one vector width; included once for each width that a processor may have.

   LANES   floats in a vector
   TARGET  the attribute that lets the compiler use the instructions of this width
   NAME(x) x with a suffix of its own for this width

   Everything is written for tiles of TILE samples (or rows of weights) times 3 vectors of hidden units: 12 sums in
   registers, fed by 4 numbers and 3 vectors a turn, which keeps the multiply-adds busy and fits 16 registers. */

typedef float NAME(floats) __attribute__((vector_size(4 * LANES), may_alias));
typedef int32_t NAME(ints) __attribute__((vector_size(4 * LANES), may_alias));

/* Forward through one block: add every sample's share of -v·relu(h) to its vector of `sums`, and remember where
   h > 0 as words of all ones or all zeros. What is summed is -h, starting at +0, so that its sign bit is set exactly
   where h > 0: rounding never turns a sum that starts at +0 into -0. */
TARGET static void NAME(forward_block)(const float *restrict hidden, const float *restrict readout, long rows,
                                       long stride, const float *restrict inputs, long samples, float *restrict sums,
                                       float *restrict gates)
{
    for (long unit = 0; unit < BLOCK; unit += 3 * LANES) {
        const NAME(floats) *v = (const NAME(floats) *)(readout + unit);
        for (long sample = 0; sample < samples; sample += TILE) {
            const float *x = inputs + sample * stride;
            NAME(floats) negative[TILE][3] = {{{0}}};
            for (long row = 0; row < rows; row++) {
                const NAME(floats) *w = (const NAME(floats) *)(hidden + row * BLOCK + unit);
                for (int i = 0; i < TILE; i++)
                    for (int j = 0; j < 3; j++)
                        negative[i][j] -= x[i * stride + row] * w[j];
            }
            for (int i = 0; i < TILE; i++) {
                NAME(floats) *sum = (NAME(floats) *)(sums + (sample + i) * LANES);
                NAME(ints) *gate = (NAME(ints) *)(gates + (sample + i) * BLOCK + unit);
                for (int j = 0; j < 3; j++) {
                    NAME(ints) positive = (NAME(ints))negative[i][j] >> 31;
                    *sum += v[j] * (NAME(floats))((NAME(ints))negative[i][j] & positive);
                    gate[j] = positive;
                }
            }
        }
    }
}

/* Backward through one block and one step of descent: with G = Σ x ⊗ (δ [h > 0]) over the batch,
   u ← u - 2c Σ_rows U G and U ← U - c G u. The gates are used up: they become δ [h > 0]. */
TARGET static void NAME(descend_block)(float *restrict hidden, float *restrict readout, long stride,
                                       const float *restrict inputs, const float *restrict errors, long samples,
                                       float rate, float *restrict gates)
{
    for (long unit = 0; unit < BLOCK; unit += 3 * LANES) {
        NAME(floats) *v = (NAME(floats) *)(readout + unit), slope[3] = {{0}}, step[3];
        for (int j = 0; j < 3; j++)
            step[j] = rate * v[j];
        for (long sample = 0; sample < samples; sample++) {
            NAME(ints) *gate = (NAME(ints) *)(gates + sample * BLOCK + unit);
            NAME(floats) error = errors[sample] - (NAME(floats)){0};
            for (int j = 0; j < 3; j++)
                gate[j] &= (NAME(ints))error;
        }
        for (long row = 0; row < stride; row += TILE) {
            NAME(floats) gradient[TILE][3] = {{{0}}};
            for (long sample = 0; sample < samples; sample++) {
                const float *x = inputs + sample * stride + row;
                const NAME(floats) *gated = (const NAME(floats) *)(gates + sample * BLOCK + unit);
                for (int i = 0; i < TILE; i++)
                    for (int j = 0; j < 3; j++)
                        gradient[i][j] += x[i] * gated[j];
            }
            for (int i = 0; i < TILE; i++) {
                NAME(floats) *w = (NAME(floats) *)(hidden + (row + i) * BLOCK + unit);
                for (int j = 0; j < 3; j++) {
                    slope[j] += w[j] * gradient[i][j];
                    w[j] -= step[j] * gradient[i][j];
                }
            }
        }
        for (int j = 0; j < 3; j++)
            v[j] -= 2 * rate * slope[j];
    }
}

/* One pass over the weights: the step of batch `back`, if there is one, and the margins of batch `front`, if there
   is one, while each block of weights is in the cache. The gates go from one to the other, pass by pass. */
TARGET static void NAME(pass)(struct network *network, const struct batch *back, struct batch *front,
                              struct workspace *workspace)
{
    long stride = network->stride;
    if (front)
        memset(workspace->sums, 0, sizeof(float) * LANES * front->padded);
    for (long block = 0; block < network->blocks; block++) {
        float *hidden = network->hidden + block * stride * BLOCK, *readout = network->readout + block * BLOCK;
        float *gates = workspace->gates + block * workspace->gate_stride;
        if (back)
            NAME(descend_block)(hidden, readout, stride, back->inputs, back->errors, back->padded, back->rate, gates);
        if (front)
            NAME(forward_block)(hidden, readout, network->rows, stride, front->inputs, front->padded, workspace->sums,
                                gates);
    }
    if (front)
        for (long sample = 0; sample < front->samples; sample++) {
            float sum = 0;
            for (int lane = 0; lane < LANES; lane++)
                sum += workspace->sums[sample * LANES + lane];
            front->margins[sample] = (float)(-network->scale * network->scale * sum);
        }
}
